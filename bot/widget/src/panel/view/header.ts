// Who speaks now and how things stand: the same words for eyes and ears.

import type { Words } from "../../i18n";
import { WORDS } from "../../i18n";
import type { Chat } from "../chat";
import type { Handoff } from "../net/shapes";
import { neutral } from "../text/neutral";
import { dueTime } from "../text/times";
import { h, icon, write } from "./dom";
import type { Menu } from "./menu";
import { initials } from "./speaker";

export interface HeaderActions {
  close: () => void;
  speak: (language: string) => void;
}

export function stateLine(chat: Chat, words: Words, now: Date): string {
  if (chat.state === "closed") return words.stateClosed;
  if (chat.state === "agent") return words.stateAgent(neutral(chat.agent ?? words.person));
  if (chat.state === "waiting") return waitingLine(chat.handoff, words);
  if (chat.state === "callback") {
    const due = chat.handoff?.due_at;
    return due ? words.stateCallback(dueTime(new Date(due), now, chat.language, words)) : words.stateCollecting;
  }
  return chat.timeline.last || chat.link !== "connecting" ? words.stateBot : words.stateConnecting;
}

/** With the numbers that we have, and none where there is none. */
export function waitingLine(handoff: Handoff | undefined, words: Words): string {
  const { place, wait_seconds: seconds } = handoff ?? {};
  const minutes = seconds == null ? undefined : Math.max(1, Math.ceil(seconds / 60));
  return minutes || place ? words.stateWaitingFor(minutes, place ?? undefined) : words.stateWaiting;
}

export class Header {
  readonly element: HTMLElement;
  private readonly face = h("div", { class: "face", "aria-hidden": "true" });
  private readonly line = h("p", { class: "state", role: "status" });
  private readonly select: HTMLSelectElement;
  private readonly label = h("span");
  private readonly closer: HTMLButtonElement;
  private shown = "";

  constructor(
    business: string,
    languages: readonly string[],
    private readonly menu: Menu,
    actions: HeaderActions,
  ) {
    const options = languages.map((code) => h("option", { value: code, lang: code }, WORDS[code]?.languageName ?? code));
    this.select = h("select", { onchange: () => actions.speak(this.select.value) }, ...options);
    menu.put(h("label", { class: "menu-choice", hidden: languages.length < 2 }, icon("language"), this.label, this.select));
    this.closer = h("button", { type: "button", class: "plain closer", onclick: actions.close }, icon("close"));
    const names = h("div", { class: "names" }, h("h1", {}, business), this.line);
    this.element = h("header", {}, this.face, names, h("div", { class: "tools" }, menu.element, this.closer));
  }

  draw(chat: Chat, words: Words): void {
    this.drawLine(stateLine(chat, words, new Date()), chat.state === "bot" ? "" : (chat.handoff?.reference ?? ""));
    this.element.dataset["state"] = chat.state;
    this.menu.draw(words);
    write(this.label, words.language);
    this.select.value = chat.language;
    this.closer.setAttribute("aria-label", words.close);
    const person = chat.state === "agent" ? (chat.agent ?? words.person) : "";
    const shown = `${chat.state}:${person}`;
    if (shown === this.shown) return;
    this.shown = shown;
    this.face.replaceChildren(person ? initials(person) : icon(faceOf(chat)));
  }

  /** The reference is never cut in two: it is read aloud. */
  private drawLine(line: string, reference: string): void {
    const before = reference ? `${line}\u00a0· ` : line;
    if (this.line.textContent === before + reference) return;
    this.line.replaceChildren(before, ...(reference ? [h("span", { class: "reference" }, reference)] : []));
  }
}

function faceOf(chat: Chat): "clock" | "mark" {
  return chat.state === "waiting" || chat.state === "callback" ? "clock" : "mark";
}
