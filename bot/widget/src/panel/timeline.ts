// The conversation as the server tells it: in the stream's order, each message once.

import type { Message } from "./net/shapes";

export class Timeline {
  private readonly byId = new Map<string, Message>();
  private readonly order: Message[] = [];

  get messages(): readonly Message[] {
    return this.order;
  }

  /** As it is shown: of greetings in one language after the other, before anything is said, only the last. */
  get shown(): readonly Message[] {
    const end = this.order.findIndex(({ author }) => author !== "bot");
    const greetings = end < 0 ? this.order : this.order.slice(0, end);
    const language = greetings.at(-1)?.language;
    return this.order.filter((message, at) => at >= greetings.length || message.language === language);
  }

  /** Keeps what is known of a message by now; false when it is not here. */
  change(id: string, known: Partial<Message>): boolean {
    const message = this.byId.get(id);
    return Boolean(message && Object.assign(message, known));
  }

  get last(): Message | undefined {
    return this.order.at(-1);
  }

  has(id: string): boolean {
    return this.byId.has(id);
  }

  /** Adds those that are not there yet, in the order given; returns them. */
  add(messages: readonly Message[]): Message[] {
    const before = this.order.length;
    for (const message of messages) {
      if (this.byId.has(message.id)) continue;
      this.byId.set(message.id, message);
      this.order.push(message);
    }
    return this.order.slice(before);
  }

  /** The whole conversation anew. Kept ones keep their place in it. */
  replace(messages: readonly Message[]): void {
    this.byId.clear();
    this.order.length = 0;
    this.add(messages);
  }

  /** The name of the person who spoke last. */
  get agent(): string | undefined {
    return this.order.findLast((message) => message.author === "agent" && message.agent)?.agent ?? undefined;
  }
}
