/** Who is at a chat, out of hints that come and are forgotten: pure, over the browser's own clock. */
import type { Hint } from "../../types-extras";

export const HERE_FOR = 25_000; // pages say that they are there every 10 s
export const TYPES_FOR = 6000;
export const AWAY_AFTER = 15_000;
export const LATE = 2000; // a hint of typing may come after the message that it was about

interface Page {
  who: string;
  until: number;
}

export interface There {
  /** Open pages by their own id. */
  pages: ReadonlyMap<string, Page>;
  /** What somebody types, by who: a reply, a note, or the customer's words. */
  typing: ReadonlyMap<string, { what: Hint["what"]; until: number }>;
  /** Since when the customer has had no page open, as far as we can know; null while they have one. */
  goneSince: number | null;
  /** When the customer's newest message came. */
  spokeAt: number;
}

export function nobody(now: number): There {
  return { pages: new Map(), typing: new Map(), goneSince: now, spokeAt: -LATE };
}

export function heard(there: There, hint: Hint, now: number): There {
  if (hint.who === "customer" && hint.what === "typing" && now - there.spokeAt < LATE) return there;
  const pages = new Map(there.pages);
  const typing = new Map(there.typing);
  if (hint.what === "here") pages.set(hint.page, { who: hint.who, until: now + HERE_FOR });
  else if (hint.what === "left") {
    pages.delete(hint.page);
    typing.delete(hint.who);
  } else typing.set(hint.who, { what: hint.what, until: now + TYPES_FOR });
  return settled({ ...there, pages, typing }, now);
}

/** Their words have come: they do not type them any more. */
export function spoke(there: There, now: number): There {
  const typing = new Map(there.typing);
  typing.delete("customer");
  return { ...there, typing, spokeAt: now };
}

/** Without what was said too long ago. */
export function settled(there: There, now: number): There {
  const pages = new Map([...there.pages].filter(([, page]) => page.until > now));
  const typing = new Map([...there.typing].filter(([, each]) => each.until > now));
  const here = [...pages.values()].some((page) => page.who === "customer") || typing.has("customer");
  return { ...there, pages, typing, goneSince: here ? null : (there.goneSince ?? now) };
}

/** Whether the customer has left the page: for some time, so that a reload is not taken for leaving. */
export function hasLeft(there: There, now: number): boolean {
  return there.goneSince !== null && now - there.goneSince >= AWAY_AFTER;
}

/** Colleagues with the chat open, and what each types. */
export function colleagues(there: There): { id: string; types: "reply" | "note" | null }[] {
  const ids = new Set([...there.pages.values()].map((page) => page.who).concat([...there.typing.keys()]));
  ids.delete("customer");
  return [...ids].map((id) => {
    const what = there.typing.get(id)?.what;
    return { id, types: what === "reply" || what === "note" ? what : null };
  });
}
