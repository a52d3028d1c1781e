/** Words of the queue's filters, of a list that stands still, and of browser notifications; both languages side by side. */
import { language, type Values } from "../logic/words";

export const queueEn = {
  filters: "Filters",
  filters_on: "Filters: {n} chosen",
  all: "All",
  who: "Whose",
  mine: "Mine",
  nobody: "Nobody’s yet",
  others: "Others’",
  urgency: "Urgency",
  reason: "Reason",
  language: "Language",
  channel: "Channel",
  let_go: "Remove the filter {what}",
  clear: "Show all chats",
  hidden: "{n} more are hidden by the filters.",

  came_one: "1 new chat",
  came: "{n} new chats",
  came_one_urgent: "1 new chat, urgent",
  came_urgent: "{n} new chats, {urgent} urgent",
  gone: "no longer here",

  notify: "Browser notifications",
  notify_blocked: "This browser blocks them; allow notifications for this page in its settings.",
  new_chat: "A person is needed",
  new_offer: "A chat is offered to you",
  new_message: "New message in a chat of yours",

  keys_places: "Go to",
  keys_move: "Through the days and their callbacks",
  keys_open: "Open the callback",
  keys_turn: "Week before, week after",
  keys_today: "Today",
  keys_supervisors: "Supervisors",
  keys_board: "On the board: next chat, previous chat",
  keys_listen: "Listen to it",
  keys_listen_end: "Stop listening",
  keys_reassign: "Give the open chat to somebody else",
  keys_choose: "Choose several waiting chats; then: choose the open one",
} as const;

export const queueEs: Record<keyof typeof queueEn, string> = {
  filters: "Filtros",
  filters_on: "Filtros: {n} elegidos",
  all: "Todos",
  who: "De quién",
  mine: "Míos",
  nobody: "De nadie aún",
  others: "De otras personas",
  urgency: "Urgencia",
  reason: "Motivo",
  language: "Idioma",
  channel: "Canal",
  let_go: "Quitar el filtro {what}",
  clear: "Ver todos los chats",
  hidden: "Los filtros ocultan {n} más.",

  came_one: "1 chat nuevo",
  came: "{n} chats nuevos",
  came_one_urgent: "1 chat nuevo, urgente",
  came_urgent: "{n} chats nuevos, urgentes: {urgent}",
  gone: "ya no está aquí",

  notify: "Avisos del navegador",
  notify_blocked: "Este navegador los bloquea; se permiten en sus ajustes, para esta página.",
  new_chat: "Hace falta una persona",
  new_offer: "Un chat para ti",
  new_message: "Mensaje nuevo en un chat tuyo",

  keys_places: "Ir a",
  keys_move: "Por los días y sus llamadas",
  keys_open: "Abrir la llamada",
  keys_turn: "Semana anterior, semana siguiente",
  keys_today: "Hoy",
  keys_supervisors: "Supervisión",
  keys_board: "En el tablero: chat siguiente, chat anterior",
  keys_listen: "Escucharlo",
  keys_listen_end: "Dejar de escuchar",
  keys_reassign: "Dar el chat abierto a otra persona",
  keys_choose: "Elegir varios chats en espera; después: elegir el abierto",
};

export type QueueWord = keyof typeof queueEn;

export function q(word: QueueWord, values: Values = {}): string {
  const text = (language.value === "es" ? queueEs : queueEn)[word];
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
