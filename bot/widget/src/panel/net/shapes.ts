// What the web channel sends, as bot/channels/web/wire.py gives it.

export type State = "bot" | "waiting" | "agent" | "callback" | "closed";

export interface Entry {
  id: string;
  version: number;
  title: string;
  source: string;
}

export interface Choice {
  label: string;
  value: string;
}

export interface Message {
  id: string;
  cursor: string;
  author: "customer" | "bot" | "agent" | "system";
  kind: string;
  text: string;
  language: string;
  at: string;
  entry?: Entry | null;
  choices?: Choice[] | null;
  agent?: string | null;
  client_id?: string | null;
}

export interface Handoff {
  reference: string;
  version: number;
  state?: string;
  due_at?: string | null;
  place?: number | null;
  wait_seconds?: number | null;
  links?: Links | null;
}

/** The promise's page, and the promise for a calendar. */
export interface Links {
  page: string;
  ics: string;
}

export interface StateChange {
  state: State;
  handoff?: Handoff | null;
  agent?: string | null;
}

export interface Started {
  conversation_id: string;
  token: string;
  cursor: string;
  messages: Message[];
}

export interface Conversation extends StateChange {
  id: string;
  language: string;
  messages: Message[];
  cursor: string;
}

export interface Form {
  message: string;
  name?: string;
  phone?: string;
  email?: string;
}
