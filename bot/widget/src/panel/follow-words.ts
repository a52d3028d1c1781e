// Words for replies that follow who leaves the page, both languages side by side.

export interface FollowWords {
  offer: string;
  title: string;
  intro: string;
  both: string;
  phone: string;
  email: string;
  sendCode: string;
  code: string;
  codeSent: (to: string) => string;
  confirm: string;
  newCode: string;
  notNow: string;
  follows: (to: string) => string;
  stop: string;
  wrong: (left: string) => string;
  problems: Record<string, string>;
}

const en: FollowWords = {
  offer: "Leaving? Get the replies elsewhere",
  title: "Replies that follow you",
  intro: "A six-digit code goes there first, and nothing else until it is typed here.",
  both: "Mobile number or e-mail address",
  phone: "Mobile number",
  email: "E-mail address",
  sendCode: "Send code",
  code: "Code",
  codeSent: (to) => `The code was sent to ${to}. It is good for 10 minutes.`,
  confirm: "Confirm",
  newCode: "Start again",
  notNow: "Not now",
  follows: (to) => `Replies also go to ${to}.`,
  stop: "Stop",
  wrong: (left) => `This is not the code. Tries left: ${left}.`,
  problems: {
    code_expired: "This code is no longer good. Please ask for a new one.",
    rate_limited: "Enough codes for now. Please try again later, or leave a message.",
    no_case: "There is no open case any more.",
    opted_out: "This number has stopped our texts. Sending START from it allows them again.",
    in_use: "This number has another open case with us. We answer it there.",
    country: "We cannot text to this country.",
    not_set_up: "This is not possible here. A message can be left instead.",
    invalid_input: "Write a number with its country, such as +34 600 123 456, or an e-mail address.",
    invalid_code: "Write the six digits.",
    other: "This did not work. Please try again.",
  },
};

const es: FollowWords = {
  offer: "¿Hay que irse? Recibir las respuestas en otro sitio",
  title: "Respuestas en otro sitio",
  intro: "Primero llega un código de seis cifras, y nada más hasta escribirlo aquí.",
  both: "Móvil o correo electrónico",
  phone: "Móvil",
  email: "Correo electrónico",
  sendCode: "Enviar código",
  code: "Código",
  codeSent: (to) => `El código se ha enviado a ${to}. Sirve 10 minutos.`,
  confirm: "Confirmar",
  newCode: "Empezar de nuevo",
  notNow: "Ahora no",
  follows: (to) => `Las respuestas llegan también a ${to}.`,
  stop: "Dejar de recibirlas",
  wrong: (left) => `No es el código. Intentos que quedan: ${left}.`,
  problems: {
    code_expired: "Este código ya no sirve. Se puede pedir otro.",
    rate_limited: "Bastantes códigos por ahora. Se puede intentar más tarde o dejar un mensaje.",
    no_case: "Ya no hay ningún caso abierto.",
    opted_out: "Este número no admite mensajes nuestros. Con ALTA desde ese móvil se vuelven a permitir.",
    in_use: "Este número tiene otro caso abierto con nosotros. Respondemos por ahí.",
    country: "No podemos enviar mensajes a este país.",
    not_set_up: "Aquí no es posible. Se puede dejar un mensaje.",
    invalid_input: "Escribir un número con su país, como +34 600 123 456, o un correo electrónico.",
    invalid_code: "Escribir las seis cifras.",
    other: "No ha funcionado. Se puede intentar de nuevo.",
  },
};

export const followWords = (language: string): FollowWords => (language.startsWith("es") ? es : en);
