/** Settings being edited: whole data by path, what differs from what was read, and the same on newer data. */
import type { Data, Difference } from "../../types-settings";

export type Path = readonly (string | number)[];
type Inner = Record<string | number, unknown>;

export function at(data: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, step) => (value === null || value === undefined ? undefined : (value as Inner)[step]), data);
}

/** A copy of `data` with `value` at `path`. */
export function put<T>(data: T, path: Path, value: unknown): T {
  const [step, ...rest] = path;
  if (step === undefined) return value as T;
  const copy = (Array.isArray(data) ? [...(data as unknown[])] : { ...(data as Inner) }) as Inner;
  copy[step] = put(copy[step], rest, value);
  return copy as T;
}

/** As the server names a place: `exceptions[0].intervals`. */
export function nameOf(path: Path): string {
  return path.map((step, index) => (typeof step === "number" ? `[${step}]` : index ? `.${step}` : step)).join("");
}

function flat(data: unknown, path: string, found: Map<string, unknown>): void {
  for (const [key, value] of Object.entries((data ?? {}) as Inner)) {
    const here = path ? `${path}.${key}` : key;
    if (here === "exceptions" && Array.isArray(value)) {
      for (const item of value as { date?: string }[]) found.set(`exceptions[${item.date ?? ""}]`, item);
    } else if (value !== null && typeof value === "object" && !Array.isArray(value)) flat(value, here, found);
    else found.set(here, value);
  }
}

export function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
}

/** What differs, by path, as the server tells it. */
export function differences(before: Data, after: Data): Difference[] {
  const [old, fresh] = [new Map<string, unknown>(), new Map<string, unknown>()];
  flat(before, "", old);
  flat(after, "", fresh);
  const paths = [...new Set([...fresh.keys(), ...old.keys()])];
  return paths
    .filter((path) => !same(old.get(path), fresh.get(path)))
    .map((path) => ({ path, before: old.get(path) ?? null, after: fresh.get(path) ?? null }));
}

/** My changes to `base`, put on `newest`; what both have changed is mine. */
export function rebased(base: Data, mine: Data, newest: Data): Data {
  return differences(base, mine).reduce<Data>((data, { path, after }) => {
    const dated = /^exceptions\[(.*)\]$/.exec(path);
    if (!dated) return put(data, path.split("."), after);
    const others = ((at(data, ["exceptions"]) ?? []) as { date?: string }[]).filter((item) => item.date !== dated[1]);
    const all = after === null ? others : [...others, after as { date?: string }];
    return put(data, ["exceptions"], all.sort((one, two) => String(one.date).localeCompare(String(two.date))));
  }, newest);
}

/** The words of a setting that may be a list: one value a line, or after a comma. */
export function listed(text: string): string[] {
  return text
    .split(/[\n,]/)
    .map((each) => each.trim())
    .filter(Boolean);
}

/** What is wrong at `place` or inside it: code and the server's message. */
export interface Wrong {
  code: string;
  message: string;
}

export function wrongAt(wrong: ReadonlyMap<string, Wrong>, place: string): Wrong[] {
  return [...wrong].filter(([path]) => path === place || path.startsWith(`${place}.`) || path.startsWith(`${place}[`)).map(([, each]) => each);
}
