/** The board's facts from what the stream tells, without asking the server. */
import type { Cases } from "./queue";
import type { QueueItem } from "../types";

const QUEUED: ReadonlySet<string> = new Set(["waiting", "offered", "collecting"]);
const HELD: ReadonlySet<string> = new Set(["active", "calling"]);

export interface Standing {
  waiting: number;
  /** Since when the one waits who has waited longest; null when nobody does. */
  oldest: string | null;
  held: QueueItem[];
}

/** Who waits, and what is in hand: the chat whose deadline is next comes first. */
export function standing(cases: Cases): Standing {
  const all = [...cases.values()];
  const queued = all.filter((item) => QUEUED.has(item.state));
  const since = queued.map((item) => item.waiting_since).sort((a, b) => Date.parse(a) - Date.parse(b));
  const held = all.filter((item) => HELD.has(item.state));
  const due = (item: QueueItem): number => Date.parse(item.deadline_at ?? "") || Number.MAX_SAFE_INTEGER;
  held.sort((a, b) => due(a) - due(b) || a.reference.localeCompare(b.reference));
  return { waiting: queued.length, oldest: since[0] ?? null, held };
}
