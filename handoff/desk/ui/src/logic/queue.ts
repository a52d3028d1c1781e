/** The queue as pure functions: merging snapshots, grouping, ordering, counting. */
import type { QueueItem, State } from "../types";

export type Cases = ReadonlyMap<string, QueueItem>;

const ENDS: ReadonlySet<State> = new Set(["resolved", "returned", "withdrawn", "unreachable"]);
const URGENCY = { safety: 0, high: 1, normal: 2 };

export function hasEnded(item: QueueItem): boolean {
  return ENDS.has(item.state);
}

/** Snapshots laid over what is known. One older than what is known is dropped; an ended case leaves. */
export function merged(cases: Cases, snapshots: readonly QueueItem[]): Cases {
  if (snapshots.length === 0) return cases;
  const next = new Map(cases);
  for (const item of snapshots) {
    const known = next.get(item.reference);
    if (known && known.version > item.version) continue;
    if (hasEnded(item)) next.delete(item.reference);
    else next.set(item.reference, item);
  }
  return next;
}

export interface Groups {
  offers: QueueItem[];
  waiting: QueueItem[];
  mine: QueueItem[];
  others: QueueItem[];
}

/** Who sees what where: offers to me, nobody's, mine, and what others hold. Promised ones are callbacks. */
export function grouped(cases: Iterable<QueueItem>, me: string): Groups {
  const groups: Groups = { offers: [], waiting: [], mine: [], others: [] };
  for (const item of cases) {
    const group = groupOf(item, me);
    if (group) groups[group].push(item);
  }
  for (const group of Object.values(groups) as QueueItem[][]) group.sort(byUrgencyThenDeadline);
  return groups;
}

/** The chats that are kept for me, the most urgent first. */
export function offersTo(cases: Iterable<QueueItem>, me: string): QueueItem[] {
  const offers: QueueItem[] = [];
  for (const item of cases) if (groupOf(item, me) === "offers") offers.push(item);
  return offers.sort(byUrgencyThenDeadline);
}

/** Null for a promised one. */
export function groupOf(item: QueueItem, me: string): keyof Groups | null {
  if (item.state === "offered") return item.offered_to?.id === me ? "offers" : "waiting";
  if (item.state === "active" || item.state === "calling") return item.agent?.id === me ? "mine" : "others";
  return item.state === "promised" ? null : "waiting";
}

export function byUrgencyThenDeadline(a: QueueItem, b: QueueItem): number {
  return (
    URGENCY[a.urgency] - URGENCY[b.urgency] ||
    Number(b.front ?? false) - Number(a.front ?? false) ||
    instants(a).deadline - instants(b).deadline ||
    instants(a).since - instants(b).since ||
    (a.reference < b.reference ? -1 : Number(a.reference > b.reference))
  );
}

const read = new WeakMap<QueueItem, { deadline: number; since: number }>();

/** A long list is sorted with every change: each item's times are read once. */
function instants(item: QueueItem): { deadline: number; since: number } {
  let found = read.get(item);
  if (!found) read.set(item, (found = { deadline: instant(item.deadline_at), since: instant(item.waiting_since) }));
  return found;
}

function instant(at: string | null): number {
  return at ? Date.parse(at) : Number.MAX_SAFE_INTEGER;
}

/** Whether `item` has all the words of `search` in its reference, customer, reason or text. */
export function found(item: QueueItem, search: string): boolean {
  const text = `${item.reference} ${item.customer_label} ${item.reason} ${item.evidence} ${item.last_text}`;
  const plain = unaccented(text);
  return unaccented(search)
    .split(/\s+/)
    .every((word) => plain.includes(word));
}

export function unaccented(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

/** What needs me: nobody's chats, offers to me, and my chats with something unread. */
export function attention(cases: Iterable<QueueItem>, me: string): number {
  let count = 0;
  for (const item of cases) {
    const group = groupOf(item, me);
    if (group === "offers" || group === "waiting" || (group === "mine" && item.unseen > 0)) count += 1;
  }
  return count;
}

/** The reference `step` rows away from `current`, staying inside the list. */
export function neighbour(order: readonly string[], current: string | null, step: 1 | -1): string | null {
  if (order.length === 0) return null;
  const at = current === null ? -1 : order.indexOf(current);
  if (at < 0) return (step === 1 ? order[0] : order.at(-1)) ?? null;
  return order[Math.min(Math.max(at + step, 0), order.length - 1)] ?? null;
}
