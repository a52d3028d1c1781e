/** Words of the chat's actions and of how a way by text ended; both languages side by side. */

export const chatEn = {
  "reach.expired": "The customer has left the page. {phone} was asked for a yes and gave none within a day.",
  "reach.no_text": "The customer has left the page. It could not go on at {phone}: the approved words for that are missing in the current release.",
  "notice.text_declined": "The phone that was asked to go on by text said no: it is not the customer's, or they want no texts.",
  "todo.text_declined": "Do not write to it again. Answer on the page, or by another way that they have given.",
  "notice.text_unanswered": "A phone was asked for a yes to go on by text, and a day later there is none.",
  "todo.text_unanswered": "Call or write in another way, or ask once more from the chat.",

  "transfer.people": "People",
  "transfer.teams": "Teams",
  "transfer.team_load": "{n} of {members} online",
  "keys.transfer": "Transfer",
  "keys.return": "Return to the bot",
  "keys.callback": "Promise a callback",
  "keys.call": "Start the promised call",
  "keys.attempt": "In a call: how it went, in the order of the buttons",
  "error.too_many_segments": "This is longer than a reply by text may be. Shorten it, or send it in two.",
};

export const chatEs: Record<keyof typeof chatEn, string> = {
  "reach.expired": "El cliente ha salido de la página. Se pidió un sí a {phone} y en un día no lo dio.",
  "reach.no_text": "El cliente ha salido de la página. No se pudo seguir con {phone}: faltan las palabras aprobadas en la versión en servicio.",
  "notice.text_declined": "El teléfono al que se pidió seguir por SMS dijo que no: no es del cliente, o no quiere SMS.",
  "todo.text_declined": "No escribirle más. Responder en la página, o por otra vía que haya dado.",
  "notice.text_unanswered": "Se pidió un sí a un teléfono para seguir por SMS, y un día después no lo hay.",
  "todo.text_unanswered": "Llamar o escribir de otro modo, o pedirlo una vez más desde el chat.",

  "transfer.people": "Personas",
  "transfer.teams": "Equipos",
  "transfer.team_load": "{n} de {members} en línea",
  "keys.transfer": "Pasar a otra persona o equipo",
  "keys.return": "Devolver al asistente",
  "keys.callback": "Prometer una llamada",
  "keys.call": "Empezar la llamada prometida",
  "keys.attempt": "En una llamada: cómo fue, en el orden de los botones",
  "error.too_many_segments": "Es más largo de lo que puede ser una respuesta por SMS. Hay que acortarla, o enviarla en dos.",
};
