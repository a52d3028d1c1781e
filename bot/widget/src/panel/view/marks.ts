// What is drawn beside messages that stand already: how far the customer's last one got, and whether an answer helped.

import type { Words } from "../../i18n";
import type { Chat } from "../chat";
import type { Message } from "../net/shapes";
import { h, write } from "./dom";
import { drawHelped, type HelpedActions } from "./helped";

export type Mark = "markSent" | "markDelivered" | "markRead";

/** Sent: we have it. Delivered: it is on the screen of the person who has the chat. Read: they have seen it. */
export function markOf(chat: Pick<Chat, "state" | "readUpto">, messages: readonly Message[]): { id: string; mark: Mark } | undefined {
  const at = messages.findLastIndex(({ author }) => author === "customer");
  const last = messages[at];
  if (!last || messages.slice(at + 1).some(({ author }) => author !== "system")) return undefined;
  const read = messages.findIndex(({ cursor }) => cursor === chat.readUpto);
  return { id: last.id, mark: read >= at ? "markRead" : chat.state === "agent" ? "markDelivered" : "markSent" };
}

/** The newest answer, while nobody else speaks: only that one is asked about. */
export function judged(chat: Pick<Chat, "state">, messages: readonly Message[]): Message | undefined {
  if (chat.state === "agent") return undefined;
  const said = messages.findLastIndex(({ author }) => author === "customer");
  return messages.slice(said + 1).findLast(({ author, entry }) => author === "bot" && entry);
}

export class Marks {
  private readonly mark = h("span", { class: "reached", "aria-live": "off" });
  private helped: HTMLElement | undefined;
  private shown = "";

  constructor(
    private readonly chat: Chat,
    private readonly actions: HelpedActions,
  ) {}

  draw(words: Words, messages: HTMLElement): void {
    const { shown } = this.chat.timeline;
    this.drawMark(words, messages, shown);
    const answer = judged(this.chat, shown);
    const state = JSON.stringify([answer?.id, answer?.helped, words.languageName]);
    if (state === this.shown && (!this.helped || this.helped.isConnected)) return;
    this.shown = state;
    const focused = this.helped?.contains(document.activeElement) ?? false;
    this.helped?.remove();
    this.helped = answer && drawHelped(answer, words, this.actions);
    if (this.helped && answer) find(messages, answer.id)?.append(this.helped);
    if (focused) this.helped?.querySelector("button")?.focus();
  }

  private drawMark(words: Words, messages: HTMLElement, shown: readonly Message[]): void {
    const found = markOf(this.chat, shown);
    const under = found && find(messages, found.id)?.querySelector(".under");
    if (!found || !under) return this.mark.remove();
    if (this.mark.parentNode !== under) under.append(this.mark);
    write(this.mark, words[found.mark]);
  }
}

const find = (messages: HTMLElement, id: string): HTMLElement | null => messages.querySelector(`[data-id="${CSS.escape(id)}"]`);
