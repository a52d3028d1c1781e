/** What the settings and people parts of the desk API send. */

export type Data = Readonly<Record<string, unknown>>;
export type Role = "agent" | "supervisor" | "admin";

export interface Settings {
  number: number;
  at: string;
  actor: string;
  by: string | null;
  data: Data;
  may_edit: boolean;
  in_force: number;
  now: string;
}

export interface Version {
  number: number;
  at: string;
  actor: string;
  by: string | null;
  changed: string[];
}

export interface Difference {
  path: string;
  before: unknown;
  after: unknown;
}

export interface Day {
  date: string;
  weekday: number;
  spans: { opens: string; closes: string; minutes: number }[];
  because: "weekday" | "holiday" | "exception";
  names: Record<string, string>;
  change: { before: string; after: string; minutes: number } | null;
  told: Record<string, string>;
}

export interface HoursPreview {
  days: Day[];
  clock_changes: Day[];
  today: string;
  time_zone: string;
  promises_moved: number;
}

export interface Happening {
  at: string;
  kind: string;
}

export interface Rehearsal {
  since: string;
  until: string;
  cases: number;
  capped: boolean;
  differ: number;
  now: Record<string, number>;
  then: Record<string, number>;
  shown: { reference: string; urgency: string; opened_at: string; now: Happening[]; then: Happening[] }[];
}

export interface Sending {
  id: string;
  way: string;
  target: string;
  status: "pending" | "sending" | "sent" | "superseded" | "dead";
  code: string | null;
  message: string | null;
  message_es: string | null;
}

export interface Person {
  id: string;
  email: string;
  name: string;
  role: Role;
  languages: string[];
  skills: string[];
  capacity: number | null;
  shift: string;
  in_shift: boolean;
  status: "online" | "away" | "offline";
  holding: number;
  has_password: boolean;
  second_factor: "off" | "pending" | "on";
  must_enrol: boolean;
  invited_until: string | null;
  locked_until: string | null;
  disabled_at: string | null;
  created_at: string;
}

export interface People {
  people: Person[];
  may_edit: boolean;
  mail: boolean;
  capacity: number;
}

export interface Invitation {
  person: Person;
  link: string;
  until: string;
  mail: string | null;
}

export interface Enrolment {
  secret: string;
  uri: string;
  size: number;
  path: string;
}

export interface Factor {
  state: "off" | "pending" | "on";
  since: string | null;
  codes_left: number;
  asks_password: boolean;
}
