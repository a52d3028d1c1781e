/** What an agent may do with a case in its present state: the buttons that are shown. */
import type { QueueItem } from "../types";

export type Act =
  | "claim"
  | "accept"
  | "decline"
  | "reply"
  | "return"
  | "resolve"
  | "transfer"
  | "callback"
  | "call"
  | "chat"
  | "attempt"
  | "reassign";

export function actsOn(item: QueueItem, me: string, contactKnown: boolean, supervises = false): ReadonlySet<Act> {
  const acts = list(item, me, contactKnown);
  return new Set(supervises && item.state === "active" ? [...acts, "reassign"] : acts);
}

/** Supervisors and admins see to what others do. */
export function supervises(role: string | undefined): boolean {
  return role === "supervisor" || role === "admin";
}

function list(item: QueueItem, me: string, contactKnown: boolean): Act[] {
  const mine = item.agent?.id === me;
  switch (item.state) {
    case "waiting":
    case "collecting":
      return ["claim"];
    case "offered":
      return item.offered_to?.id === me ? ["accept", "decline"] : ["claim"];
    case "promised":
      return contactKnown ? ["call", "claim"] : ["claim"];
    case "active":
      if (!mine) return [];
      return ["reply", "resolve", "return", "transfer", ...(contactKnown ? (["callback"] as Act[]) : [])];
    case "calling":
      return mine ? ["attempt", "resolve", "chat"] : [];
    default:
      return [];
  }
}
