// Tells the host page that something happened: ids, who and when, and the case's state; never a word of anybody's.

import type { Told } from "../shared/protocol";
import type { Chat } from "./chat";

export interface Heard {
  message: (told: Told["message"]) => void;
  handoff: (told: Told["handoff"]) => void;
}

export class Herald {
  private last: string | undefined; // what a page finds when it begins is no news
  private state = "bot ";

  constructor(
    private readonly chat: Chat,
    private readonly outside: Heard,
  ) {}

  draw(): void {
    const { messages } = this.chat.timeline;
    const seen = messages.findIndex(({ id }) => id === this.last);
    this.last = messages.at(-1)?.id;
    if (seen >= 0) for (const { id, author, at } of messages.slice(seen + 1)) this.outside.message({ id, author, at });
    const { state, handoff } = this.chat;
    const told = `${state} ${handoff?.reference ?? ""}`;
    if (told === this.state) return;
    this.state = told;
    this.outside.handoff({ state, reference: handoff?.reference ?? null });
  }
}
