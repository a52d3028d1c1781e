/** What stands where while a row is under the pointer: the list as it was, and what has come since. */
import type { QueueItem } from "../types";
import { type Cases, type Groups, grouped, groupOf, found } from "./queue";
import { type Filter, passes } from "./filters";

export const ORDER = ["offers", "mine", "waiting", "others"] as const;
export type Group = (typeof ORDER)[number];

/** References by group, as they stand. */
export type Order = Record<Group, readonly string[]>;

export function orderOf(cases: Cases, me: string, chosen: Filter, search: string): Order {
  const wanted = search.trim();
  const shown = function* (): Generator<QueueItem> {
    for (const item of cases.values()) {
      const group = groupOf(item, me);
      if (group && passes(item, group, chosen) && (!wanted || found(item, wanted))) yield item;
    }
  };
  const groups: Groups = grouped(shown(), me);
  const references = (items: readonly QueueItem[]): string[] => items.map((item) => item.reference);
  return {
    offers: references(groups.offers),
    mine: references(groups.mine),
    waiting: references(groups.waiting),
    others: references(groups.others),
  };
}

export function sameOrder(a: Order, b: Order): boolean {
  return ORDER.every((group) => a[group].length === b[group].length && a[group].every((each, at) => each === b[group][at]));
}

export function size(order: Order): number {
  return ORDER.reduce((sum, group) => sum + order[group].length, 0);
}

/** The references that `now` has and the list as it stands has not. */
export function freshIn(stands: Order, now: Order): string[] {
  const known = new Set(ORDER.flatMap((group) => stands[group]));
  return ORDER.flatMap((group) => now[group].filter((reference) => !known.has(reference)));
}
