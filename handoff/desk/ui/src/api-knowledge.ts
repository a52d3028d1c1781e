/** The knowledge part of the desk API. */
import { call } from "./api";
import { learn } from "./logic/knowledge/mends";
import type { Build, Content, Difference, GapDraft, Gaps, Item, Kind, Preview, Releases, Taken, Tried, Version, Whole } from "./types-knowledge";

const ROOT = "/knowledge";
const MOST = 1000;

const at = (id: string, act = ""): string => `${ROOT}/entries/${encodeURIComponent(id)}${act && `/${act}`}`;

export interface Wanted {
  q: string;
  state: string;
  topic: string;
}

function query(values: Readonly<Record<string, string | number>>): string {
  const given = Object.entries(values).filter(([, value]) => value !== "");
  return new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
}

/** One page of the list; `topics` are those of all that were found. */
export interface Page {
  entries: Item[];
  total: number;
  topics: string[];
}

/** The first `upto` of what is wanted, in as few calls as the server allows; all of it unless told otherwise. */
async function listed(wanted: Wanted, upto = Infinity): Promise<Page> {
  const entries = new Map<string, Item>();
  for (;;) {
    const limit = Math.min(MOST, upto - entries.size);
    const page = await call<Page>("GET", `${ROOT}/entries?${query({ ...wanted, limit, offset: entries.size })}`);
    for (const each of page.entries) entries.set(each.item_id, each);
    if (page.entries.length < limit || entries.size >= Math.min(upto, page.total)) return { ...page, entries: [...entries.values()] };
  }
}

export const knowledge = {
  list: listed,
  read: (id: string) => call<Whole>("GET", at(id)),
  version: (id: string, number: number) =>
    call<{ version: Version; content: Content }>("GET", at(id, `versions/${number}`)),
  diff: (id: string, from: number, to: number) => call<Difference[]>("GET", at(id, `diff?${query({ from, to })}`)),
  write: (kind: Kind, content: Content) => call<Version>("POST", `${ROOT}/entries`, { kind, content }),
  edit: (id: string, base_version: number, content: Content) => call<Version>("PUT", at(id), { base_version, content }),
  step: (id: string, step: string, body: Record<string, unknown>) => call<Version>("POST", at(id, step), body),
  preview: async (kind: Kind, content: Content) => {
    const preview = await call<Preview>("POST", `${ROOT}/preview`, { kind, content });
    learn(preview.said);
    return preview;
  },
  releases: () => call<Releases>("GET", `${ROOT}/releases`),
  build: () => call<Build>("POST", `${ROOT}/releases`, {}),
  cancel: (build: number) => call<Build>("POST", `${ROOT}/releases/builds/${build}/cancel`, {}),
  switchTo: (number: number) => call<Build>("POST", `${ROOT}/releases/${number}/switch`, {}),
  gaps: (days: number, language: string, dismissed = false) =>
    call<Gaps>("GET", `${ROOT}/gaps?${query({ days, language, dismissed: dismissed ? "true" : "" })}`),
  /** `seen`: the gap's id, and after a dot the days of the list in which it was seen. */
  gapDraft: (seen: string) => {
    const [id = "", days = ""] = seen.split(".");
    return call<GapDraft>("GET", `${ROOT}/gaps/${encodeURIComponent(id)}/draft?${query({ days })}`);
  },
  putGap: (id: string, days: number, aside: boolean) =>
    call<void>("POST", `${ROOT}/gaps/${encodeURIComponent(id)}/${aside ? "dismiss" : "restore"}`, { days }),
  ask: (text: string, language: string, channel: string) => call<Tried>("POST", `${ROOT}/try`, { text, language, channel }),
  takes: (kind: Kind, content: Content) => call<{ takes: Taken[] }>("POST", `${ROOT}/takes`, { kind, content }),
};
