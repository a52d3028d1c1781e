/** The titles of the answers that this page has read so far, for places that only name them. */
import type { Item, Spoken } from "../../types-knowledge";
import { unaccented } from "../queue";
import { titleOf } from "./standing";

const known = new Map<string, Item>();

export function learnTitles(items: readonly Item[]): void {
  for (const item of items) known.set(item.item_id, item);
}

/** Its title in the reader's language; its short name when it was not read. */
export function titleById(id: string, language: Spoken): string {
  const item = known.get(id);
  return item ? titleOf(item.title, language, id) : id;
}

export interface Option {
  id: string;
  title: string;
  /** All that it is found by. */
  words: string;
}

/** The answers that a follow-up of `own` can lead to, by title; not those that are retired or chosen already. */
export function targetOptions(items: readonly Item[], own: string, chosen: readonly string[], language: Spoken): Option[] {
  return items
    .filter((item) => item.kind === "entry" && item.state !== "retired" && item.item_id !== own && !chosen.includes(item.item_id))
    .map((item) => ({
      id: item.item_id,
      title: titleOf(item.title, language, item.item_id),
      words: unaccented([item.item_id, item.title.en, item.title.es].filter(Boolean).join(" ")),
    }))
    .sort((one, other) => one.title.localeCompare(other.title, language));
}

/** Those that have every word of `text`. */
export function matching(options: readonly Option[], text: string): Option[] {
  const wanted = unaccented(text).split(/\s+/).filter(Boolean);
  return options.filter((each) => wanted.every((word) => each.words.includes(word)));
}
