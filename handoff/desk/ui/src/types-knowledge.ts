/** The shapes of /api/v1/desk/knowledge, as the server's views send them. Instants are ISO 8601, dates are days. */

import type { Part } from "./logic/knowledge/mends";

export type Spoken = "en" | "es";
export type ByLanguage<T> = Readonly<Partial<Record<Spoken, T>>>;
export type Kind = "entry" | "notice" | "negatives";
export type Stage = "draft" | "in_review" | "approved" | "retired";

export type Content = Readonly<Record<string, unknown>>;

export interface Version {
  item_id: string;
  kind: Kind;
  version: number;
  digest: string;
  state: Stage;
  author: string;
  created_at: string;
  approver: string | null;
  approved_at: string | null;
  self_approved: boolean;
}

export interface Item extends Version {
  title: ByLanguage<string>;
  topic: string | null;
  owner: string;
  review_by: string;
  /** The version in the current release, whatever is newer. */
  live_version: number | null;
  /** Customers can get it now. */
  served: boolean;
}

export interface Step {
  at: string;
  kind: string;
  actor: string;
  data: Readonly<Record<string, unknown>>;
}

export interface Whole {
  item: Item;
  content: Content;
  versions: Version[];
  history: Step[];
  /** Authors may approve their own text here. */
  self_approval: boolean;
}

export interface Difference {
  place: string;
  before: string | null;
  after: string | null;
}

export interface Sms {
  text: string;
  encoding: "GSM-7" | "UCS-2";
  units: number;
  segments: number;
  outside_gsm: string;
}

export interface Preview {
  languages: ByLanguage<{ web: string | null; sms: Sms | null }>;
  errors: Readonly<Record<string, string>>;
  /** Each of these sentences in codes, where the server has any. */
  said?: unknown;
}

export interface Finding {
  level: "error" | "advice";
  item: string;
  place: string;
  message: string;
  /** The message in codes, where the server has any. */
  parts?: readonly Part[];
}

export interface Report {
  questions: number;
  right: number;
  asked: number;
  refused: number;
  wrong: number;
  wrong_ones: { question: string; language: string; expected: string | null; found: string | null }[];
  changed: { question: string; language: string; before: string | null; after: string | null }[];
}

export interface Certificate {
  language: string;
  rows: number;
  answered: number;
  wrong: number;
  risk: number;
  delta: number;
  day: string;
  /** Of the test questions. */
  digest: string;
  status: "certified" | "too_few" | "not_reached";
  bound: number | null;
  outside_bound: number | null;
}

/** One look at what customers ask; `then` is of the test questions. Shares are 0 to 1. */
export interface Look {
  release: number;
  language: Spoken;
  at: string;
  state: "quiet" | "too_few" | "drifted";
  rows: number;
  refused: number;
  rows_then: number;
  refused_then: number;
  largest: { what: "refused" | "below"; edge: number | null; now: number; then: number } | null;
}

export interface Drift {
  every: number;
  days: number;
  fewest: number;
  looks: Look[];
}

export interface Build {
  id: number;
  kind: "build" | "switch";
  number: number | null;
  state: "asked" | "running" | "switched" | "failed";
  step: "lint" | "train" | "test" | "compare" | "start" | "switch" | null;
  asked_by: string;
  asked_at: string;
  ended_at: string | null;
  error: { code: string; message: string } | null;
  findings: Finding[];
  report: Report | null;
  certificate: unknown;
  /** Why an unfinished one does not go on. */
  waits: "no_host" | null;
}

export interface Release {
  number: number;
  digest: string;
  created_at: string;
  entries: number;
  notices: number;
  current: boolean;
  model: boolean;
  /** Whether it holds for what runs now; `languages` are certificates, where the server has any. */
  certificate: { noted_at: string; standing: "valid" | "void" | "mixed" | "idle"; languages: unknown } | null;
}

export interface Upcoming {
  id: string;
  kind: Kind;
  title: ByLanguage<string>;
  change: "added" | "changed" | "removed";
  before: number | null;
  after: number | null;
}

export interface Releases {
  current: number | null;
  switched_at: string | null;
  releases: Release[];
  build: Build | null;
  changes: Upcoming[];
  hosts: { host: string; release: number | null; ready: boolean; measured: boolean; seen_at: string }[];
  drift: Drift;
}

export interface Gap {
  id: string;
  question: string;
  language: string;
  count: number;
  refused: number;
  escalated: number;
  last_at: string;
  nearest: { id: string; title: string; score: number } | null;
  questions: { text: string; language: string; at: string; reference: string | null; outcome: string }[];
  /** It is put aside, until enough more is asked. */
  dismissed: { by: string; at: string; count: number } | null;
}

export interface Gaps {
  since: string;
  total: number;
  questions: number;
  /** How many are put aside, shown or not. */
  aside: number;
  gaps: Gap[];
}

export interface GapDraft {
  content: Content;
  replies: { text: string; agent: string | null; reference: string | null; at: string }[];
}

export interface Tried {
  release: number | null;
  model: string | null;
  decision: "answer" | "ask" | "refuse" | "act";
  language: string;
  score: number | null;
  threshold: number | null;
  candidates: { id: string; title: string; score: number }[];
  nearest: { text: string; id: string; title: string; similarity: number }[];
  answer: string | null;
  choices: string[];
  why: string;
}

export interface Taken {
  text: string;
  language: string;
  from: { kind: "customer" | "entry"; id: string | null; reference: string | null };
  similarity: number;
}
