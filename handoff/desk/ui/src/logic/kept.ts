/** What stays in this browser: drafts, unconfirmed replies, and the agent's own choices. */

import { durable, forgetDurably, keepDurably } from "./durable";

/** An approved answer that was put into a draft; its token tells the server which. */
export interface Use {
  token: string;
  text: string;
  title: string;
}

export interface Unconfirmed {
  client_id: string;
  text: string;
  at: string;
  uses?: readonly Use[];
  /** The cursor of the newest message that the agent saw as they wrote it. */
  upto?: string | null;
}

const PREFIX = "relevo.desk.";

export function read(key: string): string | null {
  try {
    return localStorage.getItem(PREFIX + key);
  } catch {
    return null; // storage is blocked: the page works, it just forgets
  }
}

export function write(key: string, value: string | null): void {
  try {
    if (value === null || value === "") localStorage.removeItem(PREFIX + key);
    else localStorage.setItem(PREFIX + key, value);
  } catch {
    // full or blocked: the draft is still on the screen
  }
}

const WORK = /^(draft|unconfirmed)\./;
const RECALL_WITHIN = 500;

/** A piece of work, which must outlive the browser: it goes to disk as well, with a number that says which is newer. */
function writeWork(key: string, value: string | null): void {
  const at = Math.max(Date.now(), Number(read("at")) + 1);
  write("at", String(at));
  write(`at.${key}`, String(at));
  write(key, value);
  keepDurably({ key, value: value === "" ? null : value, at });
}

/** Brings back what a killed browser had not written down. At most half a second: the page does not wait for a disk. */
export async function recall(): Promise<void> {
  const late = new Promise<never[]>((resolve) => setTimeout(() => resolve([]), RECALL_WITHIN));
  const found = await Promise.race([durable().catch(() => []), late]);
  for (const { key, value, at } of found) {
    if (!WORK.test(key) || at <= Number(read(`at.${key}`))) continue;
    write(`at.${key}`, String(at));
    write(key, value);
  }
}

export function draftOf(reference: string): string {
  return read(`draft.${reference}`) ?? "";
}

export function keepDraft(reference: string, text: string): void {
  writeWork(`draft.${reference}`, text);
}

export function unconfirmedOf(reference: string): Unconfirmed[] {
  try {
    const found: unknown = JSON.parse(read(`unconfirmed.${reference}`) ?? "[]");
    return Array.isArray(found) ? found.filter(isUnconfirmed) : [];
  } catch {
    return [];
  }
}

/** The approved answers in a draft. */
export function keepMadeOf(reference: string, uses: readonly Use[]): void {
  writeWork(`draft.uses.${reference}`, uses.length > 0 ? JSON.stringify(uses) : null);
}

export function keepUnconfirmed(reference: string, replies: readonly Unconfirmed[]): void {
  writeWork(`unconfirmed.${reference}`, replies.length > 0 ? JSON.stringify(replies) : null);
}

function isUnconfirmed(value: unknown): value is Unconfirmed {
  const each = value as Partial<Unconfirmed> | null;
  return typeof each?.client_id === "string" && typeof each.text === "string" && typeof each.at === "string";
}

/** Everything of one agent's work leaves this browser when they sign out. */
export function forgetWork(): void {
  void forgetDurably().catch(() => undefined);
  try {
    const keys = Object.keys(localStorage).filter((key) => /^relevo\.desk\.(at\.)?(draft|unconfirmed)\./.test(key));
    for (const key of keys) localStorage.removeItem(key);
  } catch {
    // nothing was kept then
  }
}
