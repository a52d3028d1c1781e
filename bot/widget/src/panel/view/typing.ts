// That a person of ours types: seen, and not announced, since it says nothing yet.

import type { Words } from "../../i18n";
import type { Chat } from "../chat";
import { h, write } from "./dom";

export class TypingLine {
  readonly element = h("p", { class: "typing-line", hidden: true });

  constructor(private readonly chat: Chat) {}

  draw(words: Words): void {
    const { typist } = this.chat;
    this.element.hidden = typist === undefined;
    write(this.element, typist === undefined ? "" : words.typing(typist));
  }
}
