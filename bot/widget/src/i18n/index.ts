import { en } from "./en";
import { es } from "./es";
import type { Words } from "./words";

export type { Words };

export const WORDS: Record<string, Words> = { en, es };

export const wordsOf = (language: string): Words => WORDS[shortOf(language)] ?? en;

export const shortOf = (language: string): string => language.toLowerCase().split(/[-_]/)[0] ?? "";

/** The first wish that the business speaks, else its first language. */
export function chooseLanguage(wishes: readonly (string | null | undefined)[], spoken: readonly string[]): string {
  const found = wishes.map((wish) => shortOf(wish ?? "")).find((wish) => spoken.includes(wish));
  return found ?? spoken[0] ?? "en";
}
