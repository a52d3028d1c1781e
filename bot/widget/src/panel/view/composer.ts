// Where the customer writes: one line that grows, Enter sends. The draft survives a reload of this tab.

import type { Words } from "../../i18n";
import type { Tray } from "../attach";
import type { Box } from "../storage";
import { bytesOf, MOST_BYTES } from "../text/check";
import { sendable } from "../text/neutral";
import { h, icon, unseen, write } from "./dom";

const DRAFT = "relevo:draft";

export interface ComposerActions {
  say: (text: string, uploads: string[]) => void;
  tray?: Tray | undefined;
  typing: () => void;
}

export class Composer {
  readonly element: HTMLFormElement;
  private readonly input: HTMLTextAreaElement;
  private readonly label = unseen("");
  private readonly button = h("button", { type: "submit", class: "send" }, icon("send"));
  private readonly problem = h("p", { class: "problem", id: "composer-problem", role: "alert" });
  private words: Words | undefined;

  constructor(
    private readonly drafts: Box,
    private readonly actions: ComposerActions,
  ) {
    this.input = h("textarea", {
      rows: 1,
      id: "composer",
      enterkeyhint: "send",
      autocapitalize: "sentences",
      "aria-describedby": "composer-problem",
      oninput: () => this.typed(),
      onkeydown: (event: KeyboardEvent) => this.key(event),
    });
    this.input.value = drafts.get(DRAFT) ?? "";
    const label = h("label", { for: "composer" }, this.label);
    const tray = actions.tray?.parts;
    this.element = h("form", { class: "composer" }, tray?.element, label, tray?.button, this.input, this.button, this.problem);
    if (tray) this.element.classList.add("takes-files");
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
  }

  draw(words: Words): void {
    this.words = words;
    write(this.label, words.composer);
    this.input.placeholder = words.composer;
    this.button.setAttribute("aria-label", words.send);
    this.grow();
  }

  focus(): void {
    this.input.focus();
  }

  fill(text: string): void {
    this.input.value = text;
    this.typed();
  }

  private typed(): void {
    this.drafts.set(DRAFT, this.input.value);
    write(this.problem, "");
    this.grow();
    this.actions.typing();
  }

  private key(event: KeyboardEvent): void {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.send();
  }

  /** What is written and what is chosen; with a file that is still on its way, a little later. */
  send(): void {
    const text = sendable(this.input.value).trim();
    if (bytesOf(text) > MOST_BYTES) {
      write(this.problem, this.words?.tooLong ?? "");
      return;
    }
    const uploads = this.actions.tray ? this.actions.tray.take(text !== "") : [];
    if (!uploads || (!text && !uploads.length)) return;
    this.input.value = "";
    this.drafts.remove(DRAFT);
    write(this.problem, "");
    this.grow();
    this.actions.say(text, uploads);
    this.focus();
  }

  private grow(): void {
    this.input.style.height = "auto";
    if (this.input.scrollHeight) this.input.style.height = `${this.input.scrollHeight + 2}px`;
  }
}
