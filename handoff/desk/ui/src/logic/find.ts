/** Finding words in a chat: where they are, without regard to case and accents. */
import { unaccented } from "./queue";

/** The places, in order, of the texts that have all the words of `search` as it stands; none for nothing. */
export function places(texts: readonly string[], search: string): number[] {
  const wanted = unaccented(search.trim());
  if (wanted === "") return [];
  return texts.flatMap((text, at) => (unaccented(text).includes(wanted) ? [at] : []));
}

/** The place `step` hits away from `at`, around the ends; the newest where nothing was found before. */
export function nextOf(hits: readonly number[], at: number | null, step: 1 | -1): number | null {
  if (hits.length === 0) return null;
  const here = at === null ? -1 : hits.indexOf(at);
  if (here < 0) return hits.at(-1) ?? null;
  return hits[(here + step + hits.length) % hits.length] ?? null;
}
