// The conversation as a text file, made in the browser of what stands in the log.

import type { Words } from "../../i18n";
import type { Message } from "../net/shapes";
import { speaker } from "../view/speaker";
import { neutral } from "./neutral";

export function transcriptOf(messages: readonly Message[], business: string, words: Words, language: string, now: Date): string {
  const when = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  const said = messages.map((message) => {
    const source = message.entry ? `\n(${words.source}: ${neutral(message.entry.source || message.entry.title)})` : "";
    return `${when.format(new Date(message.at))} · ${speaker(message, words)}\n${neutral(message.text)}${source}`;
  });
  return [words.transcriptOf(business, when.format(now)), ...said].join("\n\n") + "\n";
}

/** A file of the browser's own: nothing is asked of the server. */
export function download(text: string, now: Date): void {
  const address = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = `chat-${now.toLocaleDateString("sv")}.txt`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
