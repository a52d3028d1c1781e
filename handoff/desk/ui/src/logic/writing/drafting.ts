/** What is put into a draft, where, and what of it is still there when the reply is sent. */
import type { Message } from "../../types";

const SHORT_LINE = 6;
const SOME_LEFT = 1 / 3;
const ENDED = /[.?!:,;…]\s*$/;

export interface Change {
  /** What is taken out of the draft: from and to, in UTF-16 units. */
  from: number;
  to: number;
  /** What is put in its place. */
  text: string;
}

/** The line at the end of the draft: what is being typed. */
export function lastLine(text: string): string {
  return text.slice(text.lastIndexOf("\n") + 1);
}

/**
 * How an approved answer goes into the draft. A few words that found it were a search and give way; what was written
 * as words for the customer stays, and the answer begins a new line.
 */
export function answered(draft: string, caret: number, answer: string, search: boolean): Change {
  const line = lastLine(draft);
  const words = line.trim().split(/\s+/).length;
  const gives = search && caret === draft.length && words <= SHORT_LINE && !ENDED.test(line);
  if (gives) return { from: draft.length - line.length, to: draft.length, text: answer };
  return placed(draft, caret, answer);
}

/** At the caret, on a line of its own. */
export function placed(draft: string, caret: number, text: string): Change {
  const before = draft.slice(0, caret);
  const after = draft.slice(caret);
  const opening = before.trim() === "" || before.endsWith("\n") ? "" : "\n";
  const closing = after.trim() === "" || after.startsWith("\n") ? "" : "\n";
  return { from: caret, to: caret, text: opening + text + closing };
}

/** Whether so much of the words is left that the reply is still made of them. */
export function stillThere(draft: string, words: string): boolean {
  const has = new Set(wordsOf(draft));
  const own = [...new Set(wordsOf(words))];
  return own.length > 0 && own.filter((word) => has.has(word)).length / own.length >= SOME_LEFT;
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** What the customer has said since an agent last answered; empty when nothing waits. */
export function heard(transcript: readonly Message[], asking: readonly string[], want: string): string {
  const waiting: string[] = [];
  let agent = false;
  for (const message of [...transcript].reverse()) {
    if (message.author === "agent" && message.kind !== "note") {
      agent = true;
      break;
    }
    if (message.author === "customer" && message.kind !== "control") waiting.unshift(message.text);
    else if (message.author === "bot" && waiting.length > 0) break;
  }
  const asked = new Set(asking.map(plain));
  const said = waiting.filter((text) => !asked.has(plain(text))).join("\n");
  return said === "" && !agent ? want : said;
}

const plain = (text: string): string => text.trim().toLowerCase();

/** The approved answers that this customer was told: by the bot, or in an agent's words. */
export function told(transcript: readonly Message[]): string[] {
  const ids = transcript.flatMap(({ author, entry, suggested }) => [
    ...(author === "bot" && entry ? [entry.id] : []),
    ...(suggested ?? []).map((use) => use.id),
  ]);
  return [...new Set(ids)].slice(-200);
}
