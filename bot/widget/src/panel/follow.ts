// A customer with an open case who leaves the page: where replies may follow, proven by a code.

import type { Chat } from "./chat";
import { consentIn } from "./consent";
import { call, type Following } from "./follow-net";
import { type FollowWords, followWords } from "./follow-words";
import { asFailed } from "./net/errors";
import { h, write } from "./view/dom";

const AGAIN = 15_000;

type Step = "closed" | "contact" | "code";

export class FollowCard {
  readonly element = h("section", { class: "follow", hidden: true });
  private readonly problem = h("p", { class: "problem", id: "follow-problem", role: "alert" });
  private known: Following | undefined;
  private step: Step = "closed";
  private asked = ""; // the case whose way was asked for
  private drawn = "";
  private typed = "";
  private busy = false;

  constructor(
    private readonly chat: Chat,
    private readonly left: () => void,
  ) {}

  draw(): void {
    const { entrance, handoff, state } = this.chat;
    const open = handoff && (state === "waiting" || state === "agent" || state === "callback") ? handoff.reference : "";
    if (open && entrance && this.asked !== open) {
      this.asked = open;
      void this.ask(() => call(entrance, "GET"), true);
    }
    const usable = this.known !== undefined && (this.known.phone || this.known.email || this.known.status === "proven");
    this.element.hidden = !open || !usable;
    const shown = JSON.stringify([this.element.hidden, this.step, this.known, this.chat.language]);
    if (shown === this.drawn) return;
    this.drawn = shown;
    const words = followWords(this.chat.language);
    this.element.setAttribute("aria-label", words.title);
    this.element.replaceChildren(...(this.element.hidden ? [] : this.parts(words)));
  }

  private parts(words: FollowWords): HTMLElement[] {
    if (this.step === "contact") return [this.contactForm(words)];
    if (this.step === "code") return [this.codeForm(words)];
    if (this.known?.status === "proven") {
      const stop = h("button", { type: "button", class: "link", onclick: () => void this.stop() }, words.stop);
      return [h("p", { role: "status" }, words.follows(this.known.to ?? ""), " ", stop)];
    }
    return [h("button", { type: "button", class: "link", onclick: () => this.go(this.known?.status === "asked" ? "code" : "contact") }, words.offer)];
  }

  private contactForm(words: FollowWords): HTMLElement {
    const { phone = false, email = false } = this.known ?? {};
    const label = phone && email ? words.both : phone ? words.phone : words.email;
    const kind = phone && !email ? { type: "tel", autocomplete: "tel" } : { type: email && !phone ? "email" : "text", autocomplete: email && !phone ? "email" : "on" };
    const consent = consentIn(this.chat.language);
    return this.form(words, label, kind, [words.intro, consent?.text ?? ""], words.sendCode, (typed) => {
      const contact = typed.includes("@") ? { email: typed } : { phone: typed };
      return this.send(() => call(this.chat.entrance!, "POST", "", { ...contact, ...(consent ? { consent: consent.version } : {}) }), "code");
    });
  }

  private codeForm(words: FollowWords): HTMLElement {
    const kind = { type: "text", inputmode: "numeric", autocomplete: "one-time-code", maxlength: 7 };
    return this.form(words, words.code, kind, [words.codeSent(this.known?.to ?? "")], words.confirm, (typed) => {
      if (!/^\d{6}$/.test(typed.replace(/ /g, ""))) return this.tell("invalid_code");
      return this.send(() => call(this.chat.entrance!, "POST", "/code", { code: typed }), "closed");
    });
  }

  private form(words: FollowWords, label: string, kind: Record<string, unknown>, lines: string[], yes: string, act: (typed: string) => unknown): HTMLElement {
    const input = h("input", { id: "follow-input", "aria-describedby": "follow-problem", ...kind });
    input.value = this.typed;
    input.addEventListener("input", () => {
      this.typed = input.value;
    });
    const again = this.step === "code" && h("button", { type: "button", onclick: () => this.go("contact") }, words.newCode);
    const form = h(
      "form",
      { novalidate: true },
      ...lines.filter(Boolean).map((line) => h("p", { class: "small" }, line)),
      h("label", { for: "follow-input" }, label),
      input,
      this.problem,
      h("div", { class: "row" }, h("button", { type: "submit", class: "primary" }, yes), again, h("button", { type: "button", onclick: () => this.close() }, words.notNow)),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!this.busy) void act(input.value.trim());
    });
    queueMicrotask(() => input.focus());
    return form;
  }

  private go(step: Step): void {
    this.step = step;
    this.typed = "";
    write(this.problem, "");
    this.draw();
  }

  private close(): void {
    this.go("closed");
    this.element.querySelector<HTMLElement>("button")?.focus();
  }

  private async send(work: () => Promise<Following>, next: Step): Promise<void> {
    if (await this.ask(work, false)) {
      this.go(next);
      if (next === "closed") this.left();
    }
  }

  private async stop(): Promise<void> {
    const pass = this.chat.entrance!;
    if (await this.ask(async () => (await call(pass, "DELETE"), call(pass, "GET")), false)) this.left();
  }

  /** Whether it worked; if not, the customer is told what to do, but for what they did not ask for. */
  private async ask(work: () => Promise<Following>, silently: boolean): Promise<boolean> {
    this.busy = true;
    try {
      this.known = await work();
      return true;
    } catch (error) {
      const { code, fields } = asFailed(error);
      if (silently) setTimeout(() => (this.asked = ""), AGAIN);
      else if (code === "code_wrong") this.tell(code, fields["left"]);
      else this.tell(fields["why"] ?? code);
      return false;
    } finally {
      this.busy = false;
      this.draw();
    }
  }

  private tell(problem: string, left?: string): void {
    const words = followWords(this.chat.language);
    write(this.problem, left ? words.wrong(left) : (words.problems[problem] ?? words.problems["other"]!));
    const input = this.element.querySelector<HTMLInputElement>("input");
    input?.setAttribute("aria-invalid", "true");
    input?.focus();
  }
}
