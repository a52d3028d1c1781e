// The message for a callback. What was typed stays until the server has it; the same sending is never taken twice.

import type { Words } from "../../i18n";
import type { Chat } from "../chat";
import { asFailed } from "../net/errors";
import { newId } from "../net/ids";
import type { Form } from "../net/shapes";
import { checkForm, explain, type Field, type Problems } from "../text/check";
import { sendable } from "../text/neutral";
import { consentIn } from "../consent";
import { h, write } from "./dom";

const FIELDS: readonly Field[] = ["message", "name", "phone", "email"];

export class FormCard {
  readonly element = h("form", { class: "card", novalidate: true, hidden: true, "aria-labelledby": "form-title" });
  private readonly inputs = {} as Record<Field, HTMLInputElement | HTMLTextAreaElement>;
  private readonly labels = {} as Record<Field, HTMLLabelElement>;
  private readonly problems = {} as Record<Field, HTMLElement>;
  private readonly title = h("h2", { id: "form-title" });
  private readonly intro = h("p", { class: "small" });
  private readonly consent = h("p", { class: "small", id: "form-consent" });
  private readonly trouble = h("p", { class: "problem", role: "alert" });
  private readonly submit = h("button", { type: "submit", class: "primary" });
  private readonly cancel = h("button", { type: "button", onclick: () => this.close() });
  private key = newId();
  private busy = false;
  private dismissed = "";

  constructor(
    private readonly chat: Chat,
    private readonly words: () => Words,
    private readonly shown: () => void,
    private readonly left: () => void,
  ) {
    const rows: HTMLElement[] = FIELDS.map((field) => this.row(field));
    rows.splice(1, 0, this.consent); // before the fields that it is about
    this.element.append(this.title, this.intro, ...rows, this.trouble, h("div", { class: "row" }, this.submit, this.cancel));
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.send();
    });
  }

  /** Shows itself when the case waits for a message, without taking the focus. */
  draw(words: Words): void {
    write(this.title, words.formTitle);
    write(this.intro, words.formIntro);
    write(this.labels.message, words.formMessage);
    write(this.labels.name, words.formName);
    write(this.labels.phone, words.formPhone);
    write(this.labels.email, words.formEmail);
    write(this.consent, consentIn(this.chat.language)?.text ?? "");
    write(this.submit, this.busy ? words.formSending : words.formSend);
    write(this.cancel, words.formCancel);
    const { state, handoff } = this.chat;
    const collecting = state === "callback" && handoff && !handoff.due_at;
    if (collecting && this.element.hidden && this.dismissed !== handoff.reference) {
      this.element.hidden = false;
      this.shown();
    }
  }

  open(): void {
    this.element.hidden = false;
    this.shown();
    this.inputs.message.focus();
  }

  close(): void {
    const focused = this.element.contains(document.activeElement);
    this.element.hidden = true;
    if (focused) this.left();
    this.dismissed = this.chat.handoff?.reference ?? "";
  }

  private row(field: Field): HTMLElement {
    const id = `form-${field}`;
    const types: Record<Field, Record<string, unknown>> = {
      message: { rows: 3, required: true },
      name: { type: "text", autocomplete: "name", maxlength: 100 },
      phone: { type: "tel", autocomplete: "tel", inputmode: "tel", maxlength: 40 },
      email: { type: "email", autocomplete: "email", inputmode: "email", maxlength: 254 },
    };
    const tag = field === "message" ? "textarea" : "input";
    this.inputs[field] = h(tag, { id, name: field, "aria-describedby": `${id}-problem`, ...types[field] });
    this.labels[field] = h("label", { for: id });
    this.problems[field] = h("p", { class: "problem", id: `${id}-problem` });
    return h("div", { class: "field" }, this.labels[field], this.inputs[field], this.problems[field]);
  }

  private read(): Form {
    const value = (field: Field) => sendable(this.inputs[field].value).trim();
    const form: Form = { message: value("message") };
    for (const field of ["name", "phone", "email"] as const) if (value(field)) form[field] = value(field);
    const agreed = consentIn(this.chat.language);
    if (agreed) form.consent = agreed.version;
    return form;
  }

  private async send(): Promise<void> {
    const form = this.read();
    const words = this.words();
    const problems = checkForm(form, words);
    this.mark(problems);
    if (Object.keys(problems).length || this.busy) return;
    this.setBusy(true);
    try {
      await this.chat.leaveMessage(form, this.key);
      this.done();
    } catch (error) {
      this.failed(error);
    } finally {
      this.setBusy(false);
    }
  }

  private done(): void {
    for (const field of FIELDS) this.inputs[field].value = "";
    this.key = newId();
    this.close();
  }

  private failed(error: unknown): void {
    const failure = asFailed(error);
    const words = this.words();
    const problems = failure.status === 422 ? explain(failure.fields, words) : failure.status === 413 ? { message: words.tooLong } : {};
    this.mark(problems);
    if (!failure.passing) this.key = newId();
    if (!Object.keys(problems).length) write(this.trouble, failure.code === "rate_limited" ? words.tooMany : words.failed);
  }

  private setBusy(busy: boolean): void {
    this.busy = busy;
    this.submit.setAttribute("aria-disabled", String(busy));
    this.draw(this.words());
  }

  private mark(problems: Problems): void {
    write(this.trouble, "");
    for (const field of FIELDS) {
      write(this.problems[field], problems[field] ?? "");
      this.inputs[field].setAttribute("aria-invalid", String(Boolean(problems[field])));
    }
    const first = FIELDS.find((field) => problems[field]);
    if (first) this.inputs[first].focus();
  }
}
