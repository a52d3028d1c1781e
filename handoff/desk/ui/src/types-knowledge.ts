/** The shapes of /api/v1/desk/knowledge, as the server's views send them. Instants are ISO 8601, dates are days. */

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
}

export interface Finding {
  level: "error" | "advice";
  item: string;
  place: string;
  message: string;
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
  status: "certified" | "too_few" | "not_reached";
  bound: number | null;
  outside_bound: number | null;
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
}

export interface Release {
  number: number;
  digest: string;
  created_at: string;
  entries: number;
  notices: number;
  current: boolean;
  model: boolean;
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
  hosts: { host: string; release: number | null; ready: boolean; seen_at: string }[];
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
}

export interface Gaps {
  since: string;
  total: number;
  questions: number;
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
