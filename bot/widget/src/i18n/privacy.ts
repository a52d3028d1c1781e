// Words of being known and of being forgotten.

export interface PrivacyWords {
  signIn: string;
  caseElsewhere: (reference: string) => string;
  goThere: string;
  forgetMe: string;
  forgetTitle: string;
  forgetText: string;
  forgetCase: (reference: string) => string;
  forgetYes: string;
  forgetNo: string;
  forgetting: string;
  forgotten: string;
  forgottenLater: string;
  caseChanged: string;
  moreCases: string;
  failed: string;
  newConversation: string;
}

const en: PrivacyWords = {
  signIn: "To write here, please sign in on this website first. A person from our team is here for everybody.",
  caseElsewhere: (reference) => `Your case ${reference} is open in another conversation.`,
  goThere: "Go there",
  forgetMe: "Forget me",
  forgetTitle: "Erase everything?",
  forgetText: "All that was said here and all that we know of you is erased: messages, files, name, phone and e-mail. There is no way back.",
  forgetCase: (reference) => `Your case ${reference} ends with it. Nobody will get back to you about it.`,
  forgetYes: "Erase everything",
  forgetNo: "Keep it",
  forgetting: "Erasing…",
  forgotten: "Everything is erased. Nothing of this conversation is kept in this browser either.",
  forgottenLater: "Everything will be erased within ten minutes, once our last message to you is sent.",
  moreCases: "Another conversation of yours has an open case. Please look at what ends with it.",
  caseChanged: "Your case has just changed. Please look at it again.",
  failed: "This did not work. Nothing was erased; please try again.",
  newConversation: "New conversation",
};

const es: PrivacyWords = {
  signIn: "Para escribir aquí hay que iniciar sesión antes en esta web. Con una persona de nuestro equipo se puede hablar siempre.",
  caseElsewhere: (reference) => `El caso ${reference} está abierto en otra conversación.`,
  goThere: "Ir allí",
  forgetMe: "Borrar mis datos",
  forgetTitle: "¿Borrarlo todo?",
  forgetText:
    "Se borra todo lo dicho aquí y todos los datos personales que tenemos: mensajes, archivos, nombre, teléfono y correo. No se puede deshacer.",
  forgetCase: (reference) => `El caso ${reference} termina con ello. Nadie responderá sobre él.`,
  forgetYes: "Borrarlo todo",
  forgetNo: "Conservarlo",
  forgetting: "Borrando…",
  forgotten: "Se ha borrado todo. En este navegador tampoco queda nada de esta conversación.",
  forgottenLater: "Se borrará todo en diez minutos como mucho, cuando salga nuestro último mensaje.",
  moreCases: "En otra conversación hay un caso abierto. Conviene mirar qué termina con ello.",
  caseChanged: "El caso acaba de cambiar. Conviene mirarlo otra vez.",
  failed: "No ha funcionado. No se ha borrado nada; se puede intentar otra vez.",
  newConversation: "Conversación nueva",
};

export const PRIVACY_WORDS: Record<string, PrivacyWords> = { en, es };

export const privacyWords = (language: string): PrivacyWords => PRIVACY_WORDS[language] ?? en;
