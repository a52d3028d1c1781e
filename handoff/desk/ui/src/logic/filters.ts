/** Which chats of the queue are shown: chosen by the agent, kept in the address. */
import type { QueueItem } from "../types";
import { Cell } from "./cell";
import type { Groups } from "./queue";

export type Who = "mine" | "nobody" | "others";
export const WHO: readonly Who[] = ["mine", "nobody", "others"];
export const URGENCIES = ["safety", "high", "normal"] as const;

export interface Filter {
  who?: Who;
  urgency?: string;
  reason?: string;
  language?: string;
  channel?: string;
}

export type Facet = keyof Filter;
export const FACETS: readonly Facet[] = ["who", "urgency", "reason", "language", "channel"];

const PLAIN = /^[\w.-]{1,64}$/;
const GROUPS: Record<Who, readonly (keyof Groups)[]> = {
  mine: ["offers", "mine"],
  nobody: ["offers", "waiting"],
  others: ["others"],
};

export const filter = new Cell<Filter>({});

/** "?who=mine&language=es", or nothing when all are shown. */
export function queryOf(chosen: Filter): string {
  const pairs = FACETS.flatMap((facet) => (chosen[facet] ? [[facet, chosen[facet]] as [string, string]] : []));
  return pairs.length > 0 ? `?${new URLSearchParams(pairs).toString()}` : "";
}

/** The filter in an address such as "#/case/R-7K3M9Q?language=es"; what is no such thing is left out. */
export function filterIn(hash: string): Filter {
  const asked = new URLSearchParams(hash.split("?")[1] ?? "");
  const found: Filter = {};
  for (const facet of FACETS) {
    const value = asked.get(facet);
    if (value === null || !PLAIN.test(value)) continue;
    if (facet === "who") {
      if ((WHO as readonly string[]).includes(value)) found.who = value as Who;
    } else found[facet] = value;
  }
  return found;
}

export function chosenFacets(chosen: Filter): Facet[] {
  return FACETS.filter((facet) => chosen[facet]);
}

/** `chosen` with one facet set to another value; without it when that is empty. */
export function withFacet(chosen: Filter, facet: Facet, value: string): Filter {
  const next: Filter = { ...chosen };
  delete next[facet];
  return value ? { ...next, [facet]: value } : next;
}

export function passes(item: QueueItem, group: keyof Groups, chosen: Filter): boolean {
  return (
    (!chosen.who || GROUPS[chosen.who].includes(group)) &&
    (!chosen.urgency || item.urgency === chosen.urgency) &&
    (!chosen.reason || item.reason === chosen.reason) &&
    (!chosen.language || item.language === chosen.language) &&
    (!chosen.channel || item.channel === chosen.channel)
  );
}

/** What can be chosen of each facet now: what is there, and what is chosen. */
export function choices(items: Iterable<QueueItem>, chosen: Filter): Record<"reason" | "language" | "channel", string[]> {
  const found = { reason: new Set<string>(), language: new Set<string>(), channel: new Set<string>() };
  for (const item of items) {
    if (item.state === "promised") continue; // it stands among the callbacks
    for (const facet of ["reason", "language", "channel"] as const) found[facet].add(item[facet]);
  }
  for (const facet of ["reason", "language", "channel"] as const) if (chosen[facet]) found[facet].add(chosen[facet]);
  return {
    reason: [...found.reason].sort(),
    language: [...found.language].sort(),
    channel: [...found.channel].sort(),
  };
}
