// Who says it: always to be seen whether that is the bot, a person of ours, or the customer.

import type { Words } from "../../i18n";
import type { Message } from "../net/shapes";
import { neutral } from "../text/neutral";
import { h, icon } from "./dom";

export function speaker(message: Message, words: Words): string {
  if (message.author === "customer") return words.you;
  if (message.author === "agent") return neutral(message.agent ?? words.person);
  return message.author === "bot" ? words.assistant : words.notice;
}

export const initials = (name: string): string =>
  name
    .split(/\s+/)
    .slice(0, 2)
    .map((part) => [...part][0] ?? "")
    .join("")
    .toUpperCase();

/** The person's photo where there is one that loads, else their initials. */
export function drawFace(name: string, photo?: string | null): HTMLElement {
  const face = h("span", { class: "portrait", "aria-hidden": "true" }, initials(name));
  if (photo) {
    const picture = h("img", { src: photo, alt: "", onload: () => face.replaceChildren(picture) });
    picture.decoding = "async";
  }
  return face;
}

/** Above the first of a run of messages. The customer's own and notices need none: they look like nothing else. */
export function drawSpeaker(message: Message, words: Words): HTMLElement | null {
  const name = speaker(message, words);
  if (message.author === "bot") return h("div", { class: "who" }, icon("mark"), name);
  if (message.author !== "agent") return null;
  const known = Boolean(message.agent);
  return h("div", { class: "who" }, drawFace(name, message.photo), known ? `${name} · ${words.ofTeam}` : name);
}
