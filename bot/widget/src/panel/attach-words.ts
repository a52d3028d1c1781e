// Words of pictures and files, both languages side by side.

export interface AttachWords {
  choose: string;
  chosen: string;
  kinds: string;
  picture: string;
  paper: string;
  file: string;
  files: (count: number) => string;
  remove: (what: string) => string;
  again: string;
  progress: (what: string) => string;
  waiting: string;
  ready: (what: string) => string;
  whenReady: string;
  lost: string;
  understood: string;
  save: (what: string) => string;
  gone: string;
  goneUnsent: string;
  drop: string;
  failed: Record<string, string>;
  size: (bytes: number) => string;
}

const number = (language: string) => (bytes: number) =>
  bytes < 1e6
    ? `${Math.max(1, Math.round(bytes / 1000))} KB`
    : `${(bytes / 1e6).toLocaleString(language, { maximumFractionDigits: 1 })} MB`;

const en: AttachWords = {
  choose: "Add a picture or PDF",
  chosen: "Files to send",
  kinds: "Pictures (JPEG, PNG, WebP, GIF) and PDF files up to 10 MB.",
  picture: "Picture",
  paper: "PDF",
  file: "File",
  files: (count) => (count === 1 ? "1 file" : `${count} files`),
  remove: (what) => `Remove: ${what}`,
  again: "Try again",
  progress: (what) => `Uploading: ${what}`,
  waiting: "Waiting for a connection",
  ready: (what) => `Ready to send: ${what}`,
  whenReady: "This is sent as soon as the file is there.",
  lost: "A file was not sent before this page was closed. Please choose it again.",
  understood: "OK",
  save: (what) => `Save: ${what}`,
  gone: "This file could not be loaded.",
  goneUnsent: "Not sent: the file is no longer there. Please choose it again.",
  drop: "Drop the file here",
  failed: {
    too_large: "Larger than 10 MB. A smaller version can be sent.",
    unsupported_file: "Only pictures (JPEG, PNG, WebP, GIF) and PDF files can be sent.",
    unreadable_file: "This file could not be read. It may be damaged.",
    password: "This PDF is locked with a password. Please send it without one.",
    too_many_pixels: "This picture has too many pixels. A smaller version can be sent.",
    uploads_full: "No more files can be sent in this conversation. A person from our team can say where else.",
    uploads_off: "Files are not taken here at the moment.",
    too_many: "At most 5 files in one message.",
    other: "This did not work. Please try again.",
  },
  size: number("en"),
};

const es: AttachWords = {
  choose: "Añadir una imagen o un PDF",
  chosen: "Archivos para enviar",
  kinds: "Imágenes (JPEG, PNG, WebP, GIF) y archivos PDF de hasta 10 MB.",
  picture: "Imagen",
  paper: "PDF",
  file: "Archivo",
  files: (count) => (count === 1 ? "1 archivo" : `${count} archivos`),
  remove: (what) => `Quitar: ${what}`,
  again: "Intentar de nuevo",
  progress: (what) => `Subiendo: ${what}`,
  waiting: "A la espera de conexión",
  ready: (what) => `Listo para enviar: ${what}`,
  whenReady: "Se envía en cuanto llegue el archivo.",
  lost: "Un archivo no se envió antes de cerrar esta página. Hay que elegirlo de nuevo.",
  understood: "De acuerdo",
  save: (what) => `Guardar: ${what}`,
  gone: "No se pudo cargar este archivo.",
  goneUnsent: "No se ha enviado: el archivo ya no está. Hay que elegirlo de nuevo.",
  drop: "Soltar el archivo aquí",
  failed: {
    too_large: "Ocupa más de 10 MB. Se puede enviar una versión más pequeña.",
    unsupported_file: "Solo se pueden enviar imágenes (JPEG, PNG, WebP, GIF) y archivos PDF.",
    unreadable_file: "No se pudo leer este archivo. Puede estar dañado.",
    password: "Este PDF está protegido con contraseña. Se puede enviar sin ella.",
    too_many_pixels: "Esta imagen tiene demasiados píxeles. Se puede enviar una versión más pequeña.",
    uploads_full: "No se pueden enviar más archivos en esta conversación. Una persona del equipo puede indicar otra vía.",
    uploads_off: "Ahora mismo no se aceptan archivos aquí.",
    too_many: "Como máximo, 5 archivos por mensaje.",
    other: "No ha funcionado. Se puede intentar de nuevo.",
  },
  size: number("es"),
};

export const attachWords = (language: string): AttachWords => (language.startsWith("es") ? es : en);
