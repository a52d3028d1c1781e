/** What the page knows. Views read these cells; only desk.ts and work.ts write them. */
import type { SignInBody } from "./api";
import { Cell } from "./logic/cell";
import { read } from "./logic/kept";
import type { Cases } from "./logic/queue";
import type { Alert, Callback, Case, Presence, Session, Status } from "./types";
import type { Unconfirmed } from "./logic/kept";

export type Phase = "opening" | "signed_out" | "must_enrol" | "in";

export interface Route {
  view: "queue" | "callbacks" | "notices" | "guarantee" | "knowledge" | "settings" | "replies" | "board" | "reports";
  reference: string | null;
  /** Of the settings: "people", "hours" and so on; of the knowledge: "" for the list, "entry/shop-hours", "new", "releases" and so on. */
  page?: string;
}

export interface OpenCase {
  reference: string;
  found: Case | null;
  /** Words about what went wrong with this case, in place; null when nothing did. */
  trouble: string | null;
  busy: string | null;
  sending: readonly (Unconfirmed & { failed: boolean })[];
}

export const phase = new Cell<Phase>("opening");
export const session = new Cell<Session | null>(null);
/** The session ended while working: sign in again over the page, which keeps everything. */
export const signInAgain = new Cell(false);
export const signInTrouble = new Cell<string | null>(null);
export const askPassword = new Cell(false);
/** What was sent to sign in, while the second factor is asked for. */
export const codeAsked = new Cell<SignInBody | null>(null);

export const cases = new Cell<Cases>(new Map());
export const callbacks = new Cell<readonly Callback[]>([]);
export const notices = new Cell<readonly Alert[]>([]);
export const presence = new Cell<readonly Presence[]>([]);
export const live = new Cell(true);
export const route = new Cell<Route>({ view: "queue", reference: null });
export const open = new Cell<OpenCase | null>(null);
export const note = new Cell<string | null>(null);
export const dialog = new Cell<
  "resolve" | "transfer" | "reassign" | "return" | "callback" | "bulk" | "keys" | "password" | "second" | null
>(null);
/** The references that a supervisor has chosen to end together; null while they are not choosing. */
export const chosen = new Cell<ReadonlySet<string> | null>(null);
/** Rises with every change that the stream tells of. */
export const changed = new Cell(0);

export const status = new Cell<Status>(read("status") === "away" ? "away" : "online");
export const sound = new Cell(read("sound") === "on");
export const theme = new Cell(read("theme") ?? "auto");
export const keysOn = new Cell(read("keys") !== "off");
