// The conversation: messages in the server's order, then what is unsent. Announced politely as it grows.

import type { Words } from "../../i18n";
import { showFiles } from "../attach-shown";
import type { Chat } from "../chat";
import type { Choice, Message } from "../net/shapes";
import { dayName } from "../text/times";
import { drawChoices, drawMessage, drawUnsent, type UnsentActions } from "./bubble";
import { h } from "./dom";
import type { HelpedActions } from "./helped";
import { Marks } from "./marks";

export class Log {
  readonly element = h("div", { class: "log", role: "log", "aria-live": "polite", tabindex: "-1" });
  private readonly messages = h("div", { class: "messages" });
  private readonly unsent = h("div", { class: "queue" });
  private readonly offers = h("div", { class: "offers" });
  private drawn: string[] = [];
  private language = "";
  private day = "";
  private state = "";
  private offered = "";
  private readonly marks: Marks;

  constructor(
    private readonly chat: Chat,
    private readonly toEnd: () => void,
    private readonly actions: UnsentActions & HelpedActions & { choose: (choice: Choice) => void },
  ) {
    this.marks = new Marks(chat, actions);
    this.element.append(this.messages, this.unsent, this.offers);
  }

  draw(words: Words): void {
    this.element.setAttribute("aria-label", words.conversation);
    this.redrawIfOther(words);
    const before = this.drawn.length;
    for (const message of this.chat.timeline.shown.slice(before)) this.add(message, words);
    this.marks.draw(words, this.messages);
    this.drawUnsent(words);
    this.drawOffers(words);
    if (this.drawn.length !== before && this.chat.timeline.last?.author === "customer") this.toEnd();
  }

  /** Anew when the language changed or the list is no longer a continuation of what is drawn. */
  private redrawIfOther(words: Words): void {
    const messages = this.chat.timeline.shown;
    const same = this.language === words.languageName && this.drawn.every((id, at) => messages[at]?.id === id);
    if (same) return;
    this.messages.replaceChildren();
    this.drawn = [];
    this.day = this.state = this.offered = "";
    this.language = words.languageName;
  }

  private add(message: Message, words: Words): void {
    const at = new Date(message.at);
    const day = dayName(at, new Date(), this.chat.language, words);
    if (day !== this.day && (this.day || day !== words.today)) this.messages.append(h("div", { class: "day" }, day));
    this.day = day;
    const element = drawMessage(message, words, this.chat.language);
    showFiles(element, message, this.chat.entrance, this.chat.language);
    const before = this.messages.lastElementChild;
    if (before?.classList.contains(message.author) && before.classList.contains("message")) element.classList.add("more");
    this.messages.append(element);
    this.drawn.push(message.id);
  }

  private drawUnsent(words: Words): void {
    const unsent = this.chat.unsent;
    const held = this.chat.trouble || this.chat.link === "offline";
    const state = JSON.stringify([unsent.map(({ item, sent }) => [item.clientId, item.failed, sent]), held, words.languageName]);
    if (state === this.state) return;
    const focused = this.unsent.contains(document.activeElement);
    const grew = unsent.length > this.unsent.childElementCount;
    this.state = state;
    this.unsent.replaceChildren(...unsent.map(({ item, sent }) => drawUnsent(item, sent, held, words, this.actions)));
    if (focused) this.element.focus();
    if (grew) this.toEnd();
  }

  /** The choices of the last message, while nothing was said after it. */
  private drawOffers(words: Words): void {
    const last = this.chat.timeline.last;
    const offers = this.chat.suggestions.map((text) => ({ label: text, value: text }));
    if (offers.length && this.chat.rests(Date.now())) return this.drawThese(offers, words.suggestions, words);
    const choices = last && last.author !== "customer" && !this.chat.unsent.length ? (this.latestChoices() ?? []) : [];
    this.drawThese(choices, words.choices, words);
  }

  private drawThese(choices: Choice[], label: string, words: Words): void {
    const offered = JSON.stringify([this.chat.timeline.last?.id, choices, words.languageName]);
    if (offered === this.offered) return;
    this.offered = offered;
    this.offers.replaceChildren(...(choices.length ? [drawChoices(choices, label, this.actions.choose)] : []));
  }

  /** With a person here, what was offered while nobody was there is no choice any more. */
  private latestChoices(): Choice[] | undefined {
    const messages = this.chat.timeline.messages;
    const said = messages.findLastIndex((message) => message.author === "customer");
    return messages.slice(this.chat.state === "agent" ? -1 : said + 1).findLast((message) => message.choices?.length)?.choices ?? undefined;
  }
}
