/** What stays in this browser: drafts, unconfirmed replies, and the agent's own choices. */

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

export function draftOf(reference: string): string {
  return read(`draft.${reference}`) ?? "";
}

export function keepDraft(reference: string, text: string): void {
  write(`draft.${reference}`, text);
}

export function unconfirmedOf(reference: string): Unconfirmed[] {
  try {
    const found: unknown = JSON.parse(read(`unconfirmed.${reference}`) ?? "[]");
    return Array.isArray(found) ? found.filter(isUnconfirmed) : [];
  } catch {
    return [];
  }
}

export function keepUnconfirmed(reference: string, replies: readonly Unconfirmed[]): void {
  write(`unconfirmed.${reference}`, replies.length > 0 ? JSON.stringify(replies) : null);
}

function isUnconfirmed(value: unknown): value is Unconfirmed {
  const each = value as Partial<Unconfirmed> | null;
  return typeof each?.client_id === "string" && typeof each.text === "string" && typeof each.at === "string";
}

/** Everything of one agent's work leaves this browser when they sign out. */
export function forgetWork(): void {
  try {
    const keys = Object.keys(localStorage).filter((key) => /^relevo\.desk\.(draft|unconfirmed)\./.test(key));
    for (const key of keys) localStorage.removeItem(key);
  } catch {
    // nothing was kept then
  }
}
