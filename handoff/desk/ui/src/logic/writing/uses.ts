/** The approved answers that are in each chat's draft; kept with it, so that a crash does not lose where words came from. */
import { keepMadeOf, read, type Use } from "../kept";
import { stillThere } from "./drafting";

const MOST = 5;
const known = new Map<string, readonly Use[]>();

export function usesIn(reference: string): readonly Use[] {
  const found = known.get(reference) ?? stored(reference);
  known.set(reference, found);
  return found;
}

export function keepUses(reference: string, uses: readonly Use[]): void {
  const each = [...new Map(uses.map((use) => [use.token, use])).values()].slice(-MOST);
  known.set(reference, each);
  keepMadeOf(reference, each);
}

/** Those of which something is left in `draft`. The others are kept until it is sent: an undo may bring them back. */
export function usesLeft(reference: string, draft: string): Use[] {
  return usesIn(reference).filter((use) => stillThere(draft, use.text));
}

function stored(reference: string): readonly Use[] {
  try {
    const found: unknown = JSON.parse(read(`draft.uses.${reference}`) ?? "[]");
    return Array.isArray(found) ? found.filter(isUse) : [];
  } catch {
    return [];
  }
}

function isUse(value: unknown): value is Use {
  const use = value as Partial<Use> | null;
  return typeof use?.token === "string" && typeof use.text === "string" && typeof use.title === "string";
}
