/** What went wrong, in the agent's language, with what to do. */
import { ApiError } from "../api";
import type { QueueItem } from "../types";
import { named, t, type Word } from "./words";
import { en } from "../words/en";

/** Words for `error` about a case as it stands now (`item`, when it could be read again). */
export function said(error: unknown, item: QueueItem | null = null, me = ""): string {
  if (!(error instanceof ApiError)) return t("error.other", { message: String(error) });
  const conflict = error.status === 409;
  const other = item?.agent ? (item.agent.id === me ? null : item.agent.name) : error.fields["agent"];
  if (conflict && other && error.code !== "at_capacity") return t("error.lost_to", { agent: other });
  if (conflict && error.code === "stale_version" && item) {
    return t("error.moved_on", { state: named("state", item.state) });
  }
  if (error.code === "transition_refused" && item) {
    return t("error.transition_refused", { state: named("state", item.state) });
  }
  const word = `error.${error.code}`;
  if (word in en && !en[word as Word].includes("{")) return t(word as Word);
  return t("error.other", { message: error.message });
}
