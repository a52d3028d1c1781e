// Words of the conversation itself: what one can do with a message, and how far it got.

export interface TalkWords {
  menu: string;
  download: string;
  transcriptOf: (business: string, when: string) => string;
  copy: string;
  copied: string;
  showAll: string;
  showLess: string;
  markSent: string;
  markDelivered: string;
  markRead: string;
  ofTeam: string;
  helpedAsk: string;
  helpedYes: string;
  helpedNo: string;
  helpedThanks: string;
  unhelpedThanks: string;
  suggestions: string;
  sourceMark: string;
}

export const talkEn: TalkWords = {
  menu: "Menu",
  download: "Save this conversation",
  transcriptOf: (business, when) => `Conversation with ${business}, saved ${when}`,
  copy: "Copy",
  copied: "Copied",
  showAll: "Show all",
  showLess: "Show less",
  markSent: "Sent",
  markDelivered: "Delivered",
  markRead: "Read",
  ofTeam: "our team",
  helpedAsk: "Did this help?",
  helpedYes: "Yes",
  helpedNo: "Not really",
  helpedThanks: "Good to know, thank you.",
  unhelpedThanks: "Noted. Other words may work better, or a person from our team.",
  suggestions: "First questions",
  sourceMark: "Where this comes from",
};

export const talkEs: TalkWords = {
  menu: "Menú",
  download: "Guardar esta conversación",
  transcriptOf: (business, when) => `Conversación con ${business}, guardada el ${when}`,
  copy: "Copiar",
  copied: "Copiado",
  showAll: "Ver todo",
  showLess: "Ver menos",
  markSent: "Enviado",
  markDelivered: "Entregado",
  markRead: "Leído",
  ofTeam: "nuestro equipo",
  helpedAsk: "¿Ha servido?",
  helpedYes: "Sí",
  helpedNo: "No",
  helpedThanks: "Bueno saberlo, gracias.",
  unhelpedThanks: "Anotado. Con otras palabras puede ir mejor, o con una persona de nuestro equipo.",
  suggestions: "Primeras preguntas",
  sourceMark: "De dónde viene esto",
};
