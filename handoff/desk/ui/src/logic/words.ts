/** The page's words, in the language that this agent chose. */
import { en, type Word } from "../words/en";
import { es } from "../words/es";
import { Cell } from "./cell";
import { read, write } from "./kept";

export type Language = "en" | "es";
export type { Word };

const BOOKS: Record<Language, Record<Word, string>> = { en, es };

export function preferred(languages: readonly string[]): Language {
  for (const language of languages) {
    const short = language.slice(0, 2).toLowerCase();
    if (short === "en" || short === "es") return short;
  }
  return "en";
}

function firstLanguage(): Language {
  const kept = read("language");
  return kept === "en" || kept === "es" ? kept : preferred(navigator.languages);
}

export const language = new Cell<Language>(firstLanguage());

export function chooseLanguage(next: Language): void {
  write("language", next);
  language.set(next);
}

export type Values = Readonly<Record<string, string | number>>;

/** The word in the chosen language, with `{names}` filled in. */
export function t(word: Word, values: Values = {}): string {
  return BOOKS[language.value][word].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** Why a person is needed: a reason's slug or a signal's kind, which spell the same thing apart. */
export function reasonOf(code: string): string {
  return named("reason", code.replaceAll(".", "_"));
}

/** The word for a code that the server may extend: the code itself when there is none. */
export function named(prefix: string, code: string): string {
  const word = `${prefix}.${code}`;
  return word in en ? t(word as Word) : code.replaceAll("_", " ");
}
