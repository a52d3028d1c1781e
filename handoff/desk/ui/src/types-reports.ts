/** The shapes of /api/v1/desk/reports, as the server's views send them. Shares are per cent, waits are seconds. */
import type { Obligation, Presence } from "./types";

export type By = "day" | "language" | "channel";
export type Name = "answers" | "ratings" | "returns" | "promises" | "waits" | "reasons" | "suggestions" | "gaps";

/** `from` and `until` are local days of the business, both included. */
export interface Asked {
  from: string;
  until: string;
  by: By;
  language: string;
  channel: string;
}

interface Ranged {
  since: string;
  until: string;
  by: By;
  time_zone: string;
}

/** `key` is a day, a language or a channel; empty in the total. */
export interface Keyed {
  key: string;
}

export interface Report<Row extends Keyed> extends Ranged {
  rows: Row[];
  total: Row;
}

export interface Parted<Row extends Keyed> extends Ranged {
  rows: Row[];
  total: Row[];
}

export interface Answers extends Keyed {
  answered: number;
  confirmed: number;
  quiet: number;
  unsolved: number;
  too_early: number;
  share: number | null;
}

export interface Ratings extends Keyed {
  path: string;
  ratings: number;
  happy: number;
  average: number;
}

export interface Returns extends Keyed {
  path: string;
  contacts: number;
  back: number;
  too_early: number;
  share: number | null;
}

export interface Promises extends Keyed {
  made: number;
  kept: number;
  missed: number;
  kept_late: number;
  open: number;
  unreachable: number;
  withdrawn: number;
  share: number | null;
}

export interface Waits extends Keyed {
  cases: number;
  joined: number;
  median: number | null;
  ninetieth: number | null;
  in_time: number;
  share: number | null;
  by_call: number;
  not_reached: number;
  outside_hours: number;
}

export interface Reasons extends Keyed {
  reason: string;
  cases: number;
}

export interface Gaps extends Keyed {
  questions: number;
  refused: number;
  share: number | null;
}

export interface Suggestions extends Keyed {
  replies: number;
  as_is: number;
  edited: number;
  without: number;
  share: number | null;
}

export interface BoardAgent extends Presence {
  in_shift: boolean;
  paused_until: string | null;
}

export interface Team {
  name: string;
  members: number;
  paused_until: string | null;
  reason: string | null;
  set_by: string | null;
}

export interface Today {
  date: string;
  time_zone: string;
  is_open: boolean;
  intervals: string[];
  planned: string[];
  next_opening: string | null;
  closes_at: string | null;
}

export interface Board {
  at: string;
  waiting: number;
  oldest: Obligation | null;
  held: number;
  today: Waits;
  agents: BoardAgent[];
  teams: Team[];
  promises: number;
  broken_promises: number;
  broken: Obligation[];
  next: Obligation[];
  hours: Today;
}
