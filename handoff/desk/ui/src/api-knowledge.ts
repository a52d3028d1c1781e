/** The knowledge part of the desk API. */
import { call } from "./api";
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

export const knowledge = {
  list: (wanted: Wanted) => call<{ entries: Item[]; total: number }>("GET", `${ROOT}/entries?${query({ ...wanted, limit: MOST })}`),
  read: (id: string) => call<Whole>("GET", at(id)),
  version: (id: string, number: number) =>
    call<{ version: Version; content: Content }>("GET", at(id, `versions/${number}`)),
  diff: (id: string, from: number, to: number) => call<Difference[]>("GET", at(id, `diff?${query({ from, to })}`)),
  write: (kind: Kind, content: Content) => call<Version>("POST", `${ROOT}/entries`, { kind, content }),
  edit: (id: string, base_version: number, content: Content) => call<Version>("PUT", at(id), { base_version, content }),
  step: (id: string, step: string, body: Record<string, unknown>) => call<Version>("POST", at(id, step), body),
  preview: (kind: Kind, content: Content) => call<Preview>("POST", `${ROOT}/preview`, { kind, content }),
  releases: () => call<Releases>("GET", `${ROOT}/releases`),
  build: () => call<Build>("POST", `${ROOT}/releases`, {}),
  switchTo: (number: number) => call<Build>("POST", `${ROOT}/releases/${number}/switch`, {}),
  gaps: (days: number, language: string) => call<Gaps>("GET", `${ROOT}/gaps?${query({ days, language })}`),
  gapDraft: (id: string) => call<GapDraft>("GET", `${ROOT}/gaps/${encodeURIComponent(id)}/draft`),
  ask: (text: string, language: string, channel: string) => call<Tried>("POST", `${ROOT}/try`, { text, language, channel }),
  takes: (kind: Kind, content: Content) => call<{ takes: Taken[] }>("POST", `${ROOT}/takes`, { kind, content }),
};
