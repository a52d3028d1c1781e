// The loader's few words, apart from the panel's, so that the loader stays small.

export interface LoaderWords {
  open: string;
  close: string;
  title: string;
  unread: (count: number) => string;
}

export const LOADER_WORDS: Record<string, LoaderWords> = {
  en: {
    open: "Open chat",
    close: "Close chat",
    title: "Chat",
    unread: (count) => (count === 1 ? "1 new message" : `${count} new messages`),
  },
  es: {
    open: "Abrir el chat",
    close: "Cerrar el chat",
    title: "Chat",
    unread: (count) => (count === 1 ? "1 mensaje nuevo" : `${count} mensajes nuevos`),
  },
};
