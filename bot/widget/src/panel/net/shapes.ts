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

export interface Attachment {
  id: string;
  content_type: string;
  bytes?: number;
  width?: number;
  height?: number;
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
  attachments?: Attachment[] | null;
  helped?: boolean | null; // what the customer said of an answer
  photo?: string | null; // the agent's
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
  read_upto?: string | null; // the cursor of the customer's newest message that a person has seen
}

export interface Form {
  message: string;
  name?: string;
  phone?: string;
  email?: string;
  consent?: string; // the version of the line that stood above
}
