// What a customer can know and do about their case while nobody is with them: what happens next, the promise with its
// links, a message to leave, or that it is not needed.

import type { Words } from "../../i18n";
import type { Chat } from "../chat";
import type { Handoff, Links } from "../net/shapes";
import { asFailed } from "../net/errors";
import { dueTime } from "../text/times";
import { h, unseen } from "./dom";

/** To the promise's page and to the calendar: outside the panel, so in a tab of their own. */
function outward(links: Links, words: Words): HTMLElement[] {
  const link = (href: string, text: string) =>
    h("a", { class: "link", href, target: "_blank", rel: "noopener noreferrer" }, text, unseen(` (${words.newTab})`));
  return [link(links.ics, words.addToCalendar), link(links.page, words.changeOrCancel)];
}

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
    const told = [state, open?.reference, open?.due_at, open?.links?.page];
    const shown = JSON.stringify([...told, this.asked?.version, this.problem, words.languageName, new Date().getDate()]);
    if (shown === this.shown) return;
    this.shown = shown;
    this.element.hidden = !open;
    this.element.setAttribute("aria-label", words.yourCase);
    this.element.replaceChildren(...(open ? this.drawCase(open, words) : []));
  }

  private drawCase(handoff: Handoff, words: Words): HTMLElement[] {
    const problem = this.problem ? [h("p", { class: "problem", role: "alert" }, this.problem)] : [];
    if (this.asked) return [...problem, this.drawQuestion(this.asked, words)];
    const leave = h("button", { type: "button", class: "link", onclick: this.openForm }, words.leaveMessage);
    const { due_at: due, links } = handoff;
    if (due && links) return [...problem, this.drawPromise(handoff, due, words), h("div", { class: "row" }, ...outward(links, words), leave)];
    const drop = h("button", { type: "button", class: "link", onclick: () => this.ask(words) }, words.withdraw);
    const hint = this.chat.state === "waiting" ? [h("p", {}, words.waitingHint)] : [];
    return [...problem, ...hint, h("div", { class: "row" }, leave, drop)];
  }

  private drawPromise(handoff: Handoff, due: string, words: Words): HTMLElement {
    const when = dueTime(new Date(due), new Date(), this.chat.language, words);
    return h("p", { class: "promise" }, `${words.promise(when)} · `, h("span", { class: "reference" }, handoff.reference));
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
