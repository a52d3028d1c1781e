// What the customer said or asked and the server has not confirmed: one stored item each, so that tabs never
// overwrite each other. Sent one at a time, in order; a repeated client id changes nothing at the server.

import { asFailed, type CallFailed } from "./net/errors";
import { newId } from "./net/ids";
import type { Box } from "./storage";

const PREFIX = "relevo:unsent:";

export interface Item {
  key: string;
  clientId: string;
  kind: "message" | "person";
  text: string;
  at: number;
  uploads?: string[]; // files that go with it
  failed?: string; // the error code that only the customer can mend
}

export type Flushed = { result: "empty" } | { result: "later"; wait: number } | { result: "refused" };

export class Outbox {
  private flushing: Promise<Flushed> | undefined;
  private count = 0;

  constructor(
    private readonly box: Box,
    private readonly onChange: () => void = () => {},
  ) {}

  get items(): Item[] {
    return this.box.keys(PREFIX).flatMap((key) => parse(key, this.box.get(key)));
  }

  add(kind: Item["kind"], text: string, now: number, uploads: string[] = []): Item {
    if (kind === "person") {
      const asked = this.items.find((item) => item.kind === "person");
      if (asked) return asked;
    }
    const order = `${String(now).padStart(14, "0")}-${String(this.count++).padStart(6, "0")}`;
    const clientId = newId();
    const item: Item = { key: `${PREFIX}${order}-${clientId}`, clientId, kind, text, at: now, ...(uploads.length ? { uploads } : {}) };
    this.store(item);
    return item;
  }

  /** The server has it. */
  settle(clientId: string): void {
    const item = this.items.find((each) => each.clientId === clientId);
    if (item) this.discard(item);
  }

  discard(item: Item): void {
    this.box.remove(item.key);
    this.onChange();
  }

  /** Tries a failed item again, under a new id when the old one was taken. */
  retry(item: Item): void {
    const { failed, ...again } = item;
    if (failed === "upload_gone") delete again.uploads; // the words alone; the file must be chosen again
    this.store(failed === "client_id_reused" ? { ...again, clientId: newId() } : again);
  }

  /** Sends what is there, in order. One run at a time; a second caller shares the first one's run. */
  flush(send: (item: Item) => Promise<void>): Promise<Flushed> {
    this.flushing ??= this.run(send).finally(() => {
      this.flushing = undefined;
    });
    return this.flushing;
  }

  private async run(send: (item: Item) => Promise<void>): Promise<Flushed> {
    for (;;) {
      const item = this.items.find((each) => !each.failed);
      if (!item) return { result: "empty" };
      try {
        await send(item);
        this.discard(item);
      } catch (error) {
        const failure = asFailed(error);
        if (failure.refused) return { result: "refused" };
        if (failure.passing) return { result: "later", wait: failure.wait };
        this.fail(item, failure);
      }
    }
  }

  private fail(item: Item, failure: CallFailed): void {
    this.store({ ...item, failed: failure.code });
  }

  private store(item: Item): void {
    this.box.set(item.key, JSON.stringify(item));
    this.onChange();
  }
}

function parse(key: string, stored: string | null): Item[] {
  try {
    const item = JSON.parse(stored ?? "null") as Partial<Item> | null;
    if (!item || typeof item.text !== "string" || typeof item.clientId !== "string") return [];
    return [{ ...(item as Item), key }];
  } catch {
    return [];
  }
}
