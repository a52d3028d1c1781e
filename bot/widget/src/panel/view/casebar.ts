// What a customer can do about their case while nobody is with them: leave a message, or say it is not needed.

import type { Words } from "../../i18n";
import type { Chat } from "../chat";
import type { Handoff } from "../net/shapes";
import { asFailed } from "../net/errors";
import { h } from "./dom";

export class CaseBar {
  readonly element = h("section", { class: "case", hidden: true });
  private asked: Handoff | undefined;
  private problem = "";
  private shown = "";

  constructor(
    private readonly chat: Chat,
    private readonly openForm: () => void,
    private readonly settled: () => void,
  ) {}

  draw(words: Words): void {
    const { state, handoff } = this.chat;
    const open = handoff && (state === "waiting" || state === "callback") ? handoff : undefined;
    if (this.asked && this.asked.version !== open?.version) {
      this.problem = open ? words.withdrawStale : "";
      this.asked = undefined;
    }
    const shown = JSON.stringify([open?.reference, this.asked?.version, this.problem, words.languageName]);
    if (shown === this.shown) return;
    this.shown = shown;
    this.element.hidden = !open;
    this.element.setAttribute("aria-label", words.yourCase);
    this.element.replaceChildren(...(open ? this.drawCase(words) : []));
  }

  private drawCase(words: Words): HTMLElement[] {
    const problem = this.problem ? [h("p", { class: "problem", role: "alert" }, this.problem)] : [];
    if (this.asked) return [...problem, this.drawQuestion(this.asked, words)];
    const leave = h("button", { type: "button", class: "link", onclick: this.openForm }, words.leaveMessage);
    const drop = h("button", { type: "button", class: "link", onclick: () => this.ask(words) }, words.withdraw);
    return [...problem, h("div", { class: "row" }, leave, drop)];
  }

  private drawQuestion(handoff: Handoff, words: Words): HTMLElement {
    const yes = h("button", { type: "button", class: "danger", onclick: () => void this.withdraw(handoff, words) }, words.withdrawYes);
    const no = h("button", { type: "button", onclick: () => this.forget(words) }, words.withdrawNo);
    queueMicrotask(() => no.focus());
    const question = h("p", { id: "withdraw-question" }, words.withdrawAsk(handoff.reference));
    return h("div", { role: "group", "aria-labelledby": "withdraw-question" }, question, h("div", { class: "row" }, no, yes));
  }

  private ask(words: Words): void {
    this.problem = "";
    this.asked = this.chat.handoff;
    this.draw(words);
  }

  private forget(words: Words): void {
    this.asked = undefined;
    this.draw(words);
    this.element.querySelector<HTMLElement>("button:last-child")?.focus();
  }

  private async withdraw(handoff: Handoff, words: Words): Promise<void> {
    this.asked = undefined;
    try {
      await this.chat.withdraw(handoff);
      this.settled();
    } catch (error) {
      this.problem = [404, 409].includes(asFailed(error).status) ? words.withdrawStale : words.failed;
    }
    this.draw(words);
  }
}
