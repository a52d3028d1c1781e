/** What the server asks to be mended, in the reader's language: it sends a code with values beside each sentence. */
import { en } from "../../words/en";
import { language as spokenNow, named, t, type Word } from "../words";
import { titleById } from "./titles";

/** One thing to mend; `there` and `first` among the values are places. */
export interface Part {
  code: string;
  values: Readonly<Record<string, string | number>>;
}

/** Sentences that came, and what they say in codes. */
const known = new Map<string, readonly Part[]>();

/** Keeps the codes that came beside sentences, for `mended`. */
export function learn(said: unknown): void {
  if (typeof said !== "object" || said === null) return;
  for (const [sentence, parts] of Object.entries(said)) if (arePartsOf(parts)) known.set(sentence, parts);
}

/** `message` in the reader's language where its codes came with it, else as it came. */
export function mended(message: string): string {
  const parts = known.get(message);
  return parts ? mendWords(parts, message) : message;
}

/** All parts in the reader's language; `otherwise` where there are none, or one is not known here. */
export function mendWords(parts: readonly Part[] | undefined, otherwise: string): string {
  const words = parts?.map(({ code, values }) => {
    const word = `mend.${code}`;
    return word in en ? t(word as Word, spoken(values)) : null;
  });
  return words && words.length > 0 && words.every((each) => each !== null) ? words.join("; ") : otherwise;
}

function spoken(values: Part["values"]): Part["values"] {
  const there = values["there"];
  return typeof there === "string" ? { ...values, there: placeWords(there) } : values;
}

/** A place such as answers.en.web, as one says it. */
export function placeWords(place: string): string {
  const [, target, said] = /^follow_ups\.([^.]+)(?:\.(en|es))?$/.exec(place) ?? [];
  if (target) return inLanguage(t("field.follow_up", { answer: titleById(target, spokenNow.value) }), said);
  const language = /\.(en|es)(?=\.|$)/.exec(place)?.[1];
  const field = named("field", place.replace(/\.(en|es)(?=\.|$)/, ""));
  return inLanguage(field, language);
}

function inLanguage(field: string, language: string | undefined): string {
  return language ? t("field.in", { field, language: named("language", language) }) : field;
}

function arePartsOf(parts: unknown): parts is readonly Part[] {
  return Array.isArray(parts) && parts.every((each: Partial<Part> | null) => typeof each?.code === "string" && typeof each.values === "object");
}
