/** Callbacks in the order in which they must be made. */
import type { Callback } from "../types";

export type CallbackGroup = "overdue" | "today" | "later";

/** By due time: overdue (also those once missed and renewed count by their new time), today's, later ones. */
export function sortedCallbacks(all: readonly Callback[], now: number): Record<CallbackGroup, Callback[]> {
  const groups: Record<CallbackGroup, Callback[]> = { overdue: [], today: [], later: [] };
  const sorted = [...all].sort((a, b) => Date.parse(a.due_at) - Date.parse(b.due_at));
  for (const each of sorted) groups[groupOf(Date.parse(each.due_at), now)].push(each);
  return groups;
}

function groupOf(due: number, now: number): CallbackGroup {
  if (due <= now) return "overdue";
  return new Date(due).toDateString() === new Date(now).toDateString() ? "today" : "later";
}
