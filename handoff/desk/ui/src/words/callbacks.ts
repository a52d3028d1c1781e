/** Words of the callbacks' calendar, of calling from a row, and of where the board and the reports are. */

export const callbacksEn = {
  "nav.board": "Board",
  "nav.reports": "Reports",

  "calls.view": "Show as",
  "calls.list": "List",
  "calls.week": "Week",
  "calls.day": "Day",
  "calls.today_button": "Today",
  "calls.earlier_week": "Week before",
  "calls.later_week": "Week after",
  "calls.earlier_day": "Day before",
  "calls.later_day": "Day after",
  "calls.calendar": "Calendar of callbacks",
  "calls.none_that_day": "No callback",
  "calls.still_overdue": "Overdue from before",
  "calls.call": "Call",
  "calls.call_label": "Call {customer}: {reference}",
  "calls.how": "How did it go?",
  "calls.how_label": "{outcome}: {reference}",
  "calls.open_label": "{customer}, due {due}, {reference}",
  "calls.keys": "Arrow keys move, Enter opens, Page up and Page down change the week, Home is today.",
} as const;

export const callbacksEs: Record<keyof typeof callbacksEn, string> = {
  "nav.board": "Tablero",
  "nav.reports": "Informes",

  "calls.view": "Ver como",
  "calls.list": "Lista",
  "calls.week": "Semana",
  "calls.day": "Día",
  "calls.today_button": "Hoy",
  "calls.earlier_week": "Semana anterior",
  "calls.later_week": "Semana siguiente",
  "calls.earlier_day": "Día anterior",
  "calls.later_day": "Día siguiente",
  "calls.calendar": "Calendario de llamadas",
  "calls.none_that_day": "Ninguna llamada",
  "calls.still_overdue": "Vencidas de antes",
  "calls.call": "Llamar",
  "calls.call_label": "Llamar a {customer}: {reference}",
  "calls.how": "¿Qué tal fue?",
  "calls.how_label": "{outcome}: {reference}",
  "calls.open_label": "{customer}, para {due}, {reference}",
  "calls.keys": "Las flechas mueven, Intro abre, Re Pág y Av Pág cambian de semana, Inicio es hoy.",
};
