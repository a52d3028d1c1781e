// "Forget me": asked once more, with the case that would end; then nothing is left, neither there nor in this browser.

import { type PrivacyWords, privacyWords } from "../i18n/privacy";
import type { Chat } from "./chat";
import type { Api } from "./net/api";
import { asFailed } from "./net/errors";
import type { Box } from "./storage";
import { h } from "./view/dom";

const OURS = "relevo:";
type Step = "closed" | "asking" | "erasing" | "done" | "later";

export class Forget {
  readonly element = h("section", { class: "card", role: "alertdialog", "aria-labelledby": "forget-title", tabindex: "-1", hidden: true });
  private step: Step = "closed";
  private problem = "";
  private shown = "";
  private elsewhere: Record<string, number> = {}; // open cases of other conversations, as the server named them

  constructor(
    private readonly chat: Chat,
    private readonly api: Api,
    private readonly boxes: readonly Box[],
    private readonly appear: () => void,
    private readonly left: () => void,
  ) {
    this.element.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || this.step !== "asking") return;
      event.stopPropagation();
      this.close();
    });
  }

  ask(): void {
    this.problem = "";
    this.elsewhere = {};
    this.show("asking");
  }

  /** Every open case that would end, as this customer sees them now. */
  private get cases(): Record<string, number> {
    const here = this.chat.handoff;
    return here ? { ...this.elsewhere, [here.reference]: Math.max(here.version, this.elsewhere[here.reference] ?? 0) } : this.elsewhere;
  }

  draw(): void {
    if (this.chat.state === "closed" && this.step !== "erasing") this.clear("done"); // erased on another device, or in another tab
    const words = privacyWords(this.chat.language);
    const shown = JSON.stringify([this.step, this.problem, Object.keys(this.cases), words.forgetMe]);
    if (shown === this.shown) return;
    const focused = this.element.contains(document.activeElement);
    this.shown = shown;
    this.element.hidden = this.step === "closed";
    this.element.replaceChildren(...this.parts(words));
    if (focused || this.step === "done" || this.step === "later") this.element.querySelector("button")?.focus();
  }

  private parts(words: PrivacyWords): HTMLElement[] {
    if (this.step === "closed") return [];
    if (this.step === "done" || this.step === "later") {
      const again = h("button", { type: "button", onclick: () => this.again() }, words.newConversation);
      const text = this.step === "done" ? words.forgotten : words.forgottenLater;
      return [h("h2", { id: "forget-title", role: "status" }, text), h("div", { class: "row" }, again)];
    }
    const busy = this.step === "erasing";
    const yes = h("button", { type: "button", class: "danger", "aria-disabled": String(busy), onclick: () => void this.erase() });
    yes.textContent = busy ? words.forgetting : words.forgetYes;
    const no = h("button", { type: "button", onclick: () => this.close() }, words.forgetNo);
    const parts: HTMLElement[] = [h("h2", { id: "forget-title" }, words.forgetTitle), h("p", {}, words.forgetText)];
    for (const reference of Object.keys(this.cases)) parts.push(h("p", {}, words.forgetCase(reference)));
    if (this.problem) parts.push(h("p", { class: "problem", role: "alert" }, this.problem));
    return [...parts, h("div", { class: "row" }, no, yes)];
  }

  private show(step: Step): void {
    this.step = step;
    this.draw();
    if (step !== "asking") return;
    this.appear();
    this.element.querySelector("button")?.focus();
  }

  private close(): void {
    this.show("closed");
    this.left();
  }

  private again(): void {
    this.close();
    this.chat.open();
  }

  /** The server first: only when it has forgotten does this browser, or nobody could ask again. */
  private async erase(): Promise<void> {
    if (this.step === "erasing") return;
    const words = privacyWords(this.chat.language);
    this.show("erasing");
    try {
      const { done } = this.chat.entrance ? await this.api.erase(this.chat.entrance, this.cases) : { done: true };
      this.clear(done ? "done" : "later");
    } catch (error) {
      const failure = asFailed(error);
      if (failure.refused) return this.clear("done");
      this.problem = failure.status === 409 ? this.changed(failure.fields, words) : words.failed;
      this.show("asking");
    }
  }

  /** What stands against it, kept to be shown and confirmed: a case that has moved, or one of another conversation. */
  private changed(named: Record<string, string>, words: PrivacyWords): string {
    const known = this.cases;
    const more = Object.keys(named).some((reference) => !(reference in known));
    for (const [reference, version] of Object.entries(named)) this.elsewhere[reference] = Number(version);
    return more ? words.moreCases : words.caseChanged;
  }

  private clear(step: Step): void {
    this.step = step;
    this.chat.move(undefined, true);
    for (const box of this.boxes) for (const key of box.keys(OURS)) box.remove(key);
    this.draw();
  }
}
