/** The shapes of /api/v1/desk, as the server's views send them. Instants are ISO 8601 in UTC. */
import type { Attachment, NoteLeft, Reach } from "./types-extras";

export type State =
  | "waiting"
  | "offered"
  | "active"
  | "collecting"
  | "promised"
  | "calling"
  | "resolved"
  | "returned"
  | "withdrawn"
  | "unreachable";

export interface Agent {
  id: string;
  name: string;
  role: "agent" | "supervisor" | "admin";
  languages: string[];
  capacity: number;
}

export interface AgentRef {
  id: string;
  name: string;
}

export type Status = "online" | "away" | "offline";

export interface Presence {
  agent: Agent;
  status: Status;
  holding: number;
}

export interface Session {
  csrf: string;
  agent: Agent;
  business: string;
  has_password: boolean;
  must_enrol: boolean;
  now: string;
}

export interface Pending {
  kind: "resolve" | "return" | "transfer";
  undo_until: string;
}

export interface QueueItem {
  reference: string;
  version: number;
  state: State;
  urgency: "normal" | "high" | "safety";
  reason: string;
  evidence: string;
  language: string;
  channel: string;
  waiting_since: string;
  customer_label: string;
  deadline_at: string | null;
  deadline_kind: string | null;
  agent: AgentRef | null;
  offered_to: AgentRef | null;
  due_at: string | null;
  unseen: number;
  last_text: string;
  last_author: string;
  rung: number;
  front?: boolean;
  pending: Pending | null;
}

export interface Callback {
  reference: string;
  version: number;
  state: State;
  customer_label: string;
  language: string;
  due_at: string;
  overdue: boolean;
  attempts: number;
  contact: string | null;
  contact_kind: string | null;
  message: string;
  breaches: number;
  urgency: string;
  agent: AgentRef | null;
}

export interface Queue {
  waiting: QueueItem[];
  mine: QueueItem[];
  others: QueueItem[];
  callbacks: Callback[];
  cursor: string;
  now: string;
}

export interface Entry {
  id: string;
  version: number;
  title: string;
  source: string;
}

export interface Message {
  id: string;
  cursor: string;
  author: "customer" | "bot" | "agent" | "system";
  kind: string;
  text: string;
  language: string;
  at: string;
  entry: Entry | null;
  choices: { label: string; value: string }[] | null;
  agent: string | null;
  client_id: string | null;
  delivery: string | null;
  attachments?: Attachment[];
  /** The channel by which it came, where that is not the chat's own. */
  by?: string | null;
  /** Approved answers that an agent's words were made of. */
  suggested?: { id: string; version: number; title: string; used: "as_is" | "edited" }[] | null;
}

export interface Signal {
  kind: string;
  strength: number;
  language: string;
  evidence: string;
  at: string | null;
}

export interface Tried {
  question: string;
  answer: string;
  at: string;
  entry: Entry | null;
}

export interface PromiseOfCall {
  due_at: string;
  remind_at: string | null;
  breaches: number;
  message: string;
  attempts: { at: string; outcome: string; agent: string | null }[];
  attempts_left: number;
}

export interface Case {
  item: QueueItem;
  conversation_id: string;
  transcript: Message[];
  customer_id: string | null;
  time_zone: string | null;
  want: string;
  why: Signal[];
  tried: Tried[];
  facts: { name: string; value: string; confirmed: boolean }[];
  contact: { kind: string; value: string; proven: boolean }[];
  earlier: {
    reference: string;
    state: State;
    opened_at: string;
    ended_at: string | null;
    outcome: string | null;
    topic: string | null;
  }[];
  promise: PromiseOfCall | null;
  pending: Pending | null;
  notes: NoteLeft[];
  reach: Reach;
  language_known: boolean;
  /** Contact details are masked for this agent. */
  masked: boolean;
}

export interface Alert {
  id: string;
  kind: string;
  reference: string | null;
  customer_label: string | null;
  at: string;
  data: Readonly<Record<string, string>>;
  /** More than one: a group of its kind, with the newest cases. */
  count: number;
  references: string[];
}

export interface Obligation {
  reference: string;
  state: State;
  urgency: string;
  waiting_since: string;
  deadline_at: string;
  deadline_kind: string;
  agent: string | null;
}

export interface Guarantee {
  at: string;
  lost: { count: number; query: string; parameters: Readonly<Record<string, string>> };
  open: { state: State; number: number; oldest_since: string }[];
  oldest: Obligation | null;
  next: Obligation[];
  promises: {
    open: number;
    overdue: number;
    missed_today: number;
    missed_week: number;
    kept_week: number;
    kept_share: number | null;
  };
  undelivered: number;
  untold: number;
  reached: { cases: number; in_time: number; share: number | null };
  checkable: boolean;
}

export interface Checked {
  at: string;
  cases: number | null;
  violations: { invariant: string; subject: string; found: string; to_do: string }[];
}

export interface Cleared {
  resolved: string[];
  refused: { reference: string; code: string }[];
}

export interface Changes {
  cursor: string;
  cases: QueueItem[];
  /** Null: as this stream has told before. So are the alerts. */
  presence: Presence[] | null;
  alerts: Alert[] | null;
  reset: boolean;
  now: string;
}
