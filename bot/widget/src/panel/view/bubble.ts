// One message: who said it, what, its source, its choices and its time.

import type { Words } from "../../i18n";
import { drawHeld, goneWords, hasRetry } from "../attach-held";
import type { Choice, Message } from "../net/shapes";
import type { Item } from "../outbox";
import { neutral } from "../text/neutral";
import { clock } from "../text/times";
import { drawCopy } from "./copying";
import { h, icon, unseen } from "./dom";
import { drawLong, isLong } from "./long";
import { drawMarkdown, drawPlain } from "./prose";
import { drawSpeaker, speaker } from "./speaker";

export function drawMessage(message: Message, words: Words, language: string): HTMLElement {
  const mine = message.author === "customer";
  const parts = mine ? drawPlain(message.text) : drawMarkdown(message.text);
  const time = h("time", { datetime: message.at }, clock(new Date(message.at), language));
  const ours = message.author === "bot" || message.author === "agent";
  return h(
    "div",
    { class: `message ${message.author}`, lang: message.language, "data-id": message.id },
    drawSpeaker(message, words) ?? unseen(`${speaker(message, words)}: `),
    h("div", { class: "bubble" }, ...(isLong(message.text) ? drawLong(parts, words) : parts), drawSource(message, words)),
    h("div", { class: "under" }, time, ours && drawCopy(message.text, words)),
  );
}

/** A small mark that opens where the answer comes from. */
function drawSource(message: Message, words: Words): HTMLElement | null {
  if (!message.entry) return null;
  const title = neutral(message.entry.title);
  const source = neutral(message.entry.source);
  const summary = h("summary", { title: words.sourceMark }, icon("guide"), h("span", {}, words.source));
  const told = h("span", { class: "origin", dir: "auto" }, source || title);
  return h("details", { class: "source" }, summary, told);
}

export function drawChoices(choices: Choice[], label: string, choose: (choice: Choice) => void): HTMLElement {
  const buttons = choices.map((choice) =>
    h("button", { type: "button", class: "choice", onclick: () => choose(choice) }, neutral(choice.label)),
  );
  return h("div", { class: "choices", role: "group", "aria-label": label }, ...buttons);
}

export interface UnsentActions {
  retry: (item: Item) => void;
  discard: (item: Item) => void;
}

/** `held`: it did not get through yet and waits for the connection. */
export function drawUnsent(item: Item, sent: boolean, held: boolean, words: Words, actions: UnsentActions): HTMLElement {
  const status = item.failed ? reasonOf(item, words) : sent ? words.sent : held ? words.waitingToSend : words.sending;
  const person = item.kind === "person";
  return h(
    "div",
    { class: `message customer unsent${item.failed ? " failed" : ""}`, "data-client": item.clientId },
    unseen(`${words.you}: `),
    h("div", { class: "bubble" }, ...drawPlain(person ? words.talkToPerson : item.text), drawHeld(item)),
    h(
      "div",
      { class: "status" },
      h("span", {}, status),
      item.failed && hasRetry(item) && h("button", { type: "button", onclick: () => actions.retry(item) }, words.retry),
      item.failed && h("button", { type: "button", onclick: () => actions.discard(item) }, words.discard),
    ),
  );
}

function reasonOf(item: Item, words: Words): string {
  if (item.kind === "person") return words.personFailed;
  if (item.failed === "upload_gone") return goneWords();
  return item.failed === "too_large" ? words.tooLong : words.notSent;
}
