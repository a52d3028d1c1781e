/** Words of teams, of tests of the website and of setting up a second factor, fetched with the settings. */
import { language, type Values } from "../logic/words";

export const moreEn = {
  "teams.title": "Teams",
  "teams.hint": "A team is a word in the form of each of its people. Chats can be passed to it, and it can be paused from the board.",
  "teams.none": "There are no teams yet. Write one into somebody's form, such as billing.",
  "teams.nobody": "Nobody is in it any more.",
  "teams.open": "{n} open for it",
  "teams.paused": "Paused until {time}",
  "teams.rename": "Rename",
  "teams.rename_one": "Rename {name}",
  "teams.name": "New name",
  "teams.name_hint": "Its people, its open cases and its pause go along.",
  "teams.renamed": "{old} is called {name} now.",
  "teams.wrong": "Write a name such as billing: small letters, digits, hyphens, at most 32.",
  "teams.taken": "There is a team of this name already.",
  "try.web": "Try the chat",
  "try.web_hint": "Opens the widget here, in a new tab. Your team sees it as a test of yours; it counts in no report.",
  "try.web_off": "The website channel is off.",
  "try.web_blocked": "The browser has kept the tab from opening. Allow it for this page, or use the link:",
  "try.web_open": "Open the test",
  "factor.password": "Your password",
  "factor.password_wrong": "This is not your password.",
  "factor.password_needed": "Your password is asked for, so that nobody else sets this up while you are away from the page.",
  "factor.own": "Your own second factor is in your own menu, under your name.",
};

export type MoreWord = keyof typeof moreEn;

export const moreEs: Record<MoreWord, string> = {
  "teams.title": "Equipos",
  "teams.hint": "Un equipo es una palabra en la ficha de cada persona. Se le pueden pasar chats, y se puede pausar desde el panel en vivo.",
  "teams.none": "Todavía no hay equipos. Escribe uno en la ficha de alguien, por ejemplo facturas.",
  "teams.nobody": "Ya no hay nadie en él.",
  "teams.open": "{n} abiertos para él",
  "teams.paused": "En pausa hasta {time}",
  "teams.rename": "Cambiar el nombre",
  "teams.rename_one": "Cambiar el nombre de {name}",
  "teams.name": "Nombre nuevo",
  "teams.name_hint": "Su gente, sus casos abiertos y su pausa lo acompañan.",
  "teams.renamed": "{old} se llama ahora {name}.",
  "teams.wrong": "Escribe un nombre como facturas: minúsculas sin acentos, cifras y guiones, 32 como mucho.",
  "teams.taken": "Ya hay un equipo con ese nombre.",
  "try.web": "Probar el chat",
  "try.web_hint": "Abre aquí el chat de la web, en otra pestaña. El equipo lo ve como una prueba tuya; no cuenta en ningún informe.",
  "try.web_off": "El canal web está desactivado.",
  "try.web_blocked": "El navegador no ha dejado abrir la pestaña. Permítelo en esta página o usa el enlace:",
  "try.web_open": "Abrir la prueba",
  "factor.password": "Tu contraseña",
  "factor.password_wrong": "Esta no es tu contraseña.",
  "factor.password_needed": "Se pide tu contraseña para que nadie más configure esto mientras no estás ante la página.",
  "factor.own": "Tu propio segundo factor está en tu menú, bajo tu nombre.",
};

/** The word in the chosen language, with `{names}` filled in. */
export function m(word: MoreWord, values: Values = {}): string {
  const book = language.value === "es" ? moreEs : moreEn;
  return book[word].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
