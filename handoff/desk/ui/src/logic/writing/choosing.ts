/** Finding a canned reply by what is typed after the slash. */
import type { CannedReply } from "../../types-writing";
import { unaccented } from "../queue";

/** Those with words in this language and with all that is typed: by name first, then by topic and words. */
export function matchingReplies(replies: readonly CannedReply[], typed: string, language: string): CannedReply[] {
  const wanted = unaccented(typed.trim()).split(/\s+/).filter(Boolean);
  return replies
    .filter((reply) => Boolean(reply.texts[language]))
    .map((reply) => ({ reply, rank: rankOf(reply, wanted, language) }))
    .filter(({ rank }) => rank < NOWHERE)
    .sort((one, other) => one.rank - other.rank || one.reply.name.localeCompare(other.reply.name))
    .map(({ reply }) => reply);
}

const NOWHERE = 3;

function rankOf(reply: CannedReply, wanted: readonly string[], language: string): number {
  const name = unaccented(reply.name);
  if (wanted.length === 0 || name.startsWith(wanted.join("-"))) return 0;
  if (wanted.every((word) => name.includes(word))) return 1;
  const all = unaccented([reply.name, reply.topic, reply.texts[language] ?? ""].join(" "));
  return wanted.every((word) => all.includes(word)) ? 2 : NOWHERE;
}
