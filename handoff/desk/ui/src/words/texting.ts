/** The words of the settings for text messages. */
export const textingEn = {
  "set.channels.sms.per_second": "Texts a second from one number",
  "set.channels.sms.per_second_hint": "0: as fast as the carrier takes them. A long number usually sends 1 to 10, a short code 100.",
  "set.channels.sms.quiet": "Quiet hours",
  "set.channels.sms.quiet_hint": "Such as 22:00-08:00, in the customer's time. What we start by ourselves waits then; answers and urgent cases do not.",
  "set.channels.sms.plain_punctuation": "Send plain quotes, dashes and spaces",
  "set.channels.sms.plain_punctuation_hint": "Curly quotes and long dashes make a text dearer. Letters such as á and ñ are never changed.",
  "set.channels.sms.carrier_confirms": "Words that the carrier answers by itself",
  "set.channels.sms.carrier_confirms_hint": "Such as STOP, START, HELP: to these we send nothing, for the carrier has answered.",
} as const;

export const textingEs = {
  "set.channels.sms.per_second": "SMS por segundo desde un número",
  "set.channels.sms.per_second_hint": "0: tan rápido como los acepte el operador. Un número largo suele enviar de 1 a 10; uno corto, 100.",
  "set.channels.sms.quiet": "Horas de silencio",
  "set.channels.sms.quiet_hint": "Por ejemplo 22:00-08:00, en la hora del cliente. Lo que iniciamos nosotros espera; las respuestas y los casos urgentes, no.",
  "set.channels.sms.plain_punctuation": "Enviar comillas, rayas y espacios sencillos",
  "set.channels.sms.plain_punctuation_hint": "Las comillas tipográficas y las rayas encarecen el SMS. Letras como á y ñ no se cambian nunca.",
  "set.channels.sms.carrier_confirms": "Palabras que contesta el propio operador",
  "set.channels.sms.carrier_confirms_hint": "Por ejemplo STOP, BAJA, HELP: a estas no enviamos nada, porque ya ha contestado el operador.",
} as const;
