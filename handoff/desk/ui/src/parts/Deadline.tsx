import type { JSX } from "preact";
import { closeness, dayAndHour, span } from "../logic/clock";
import { language, t, type Word } from "../logic/words";
import { en } from "../words/en";
import type { QueueItem } from "../types";
import { useTicking } from "./hooks";

const QUIET = 5 * 60_000; // a chat in which nobody owes a word needs no clock yet

/** The countdown: words first, colour second. */
export function Deadline({ item }: { item: Pick<QueueItem, "deadline_at" | "deadline_kind" | "due_at"> }): JSX.Element | null {
  const kind = item.deadline_kind ?? "";
  const called = kind === "remind_at" || kind === "due_at";
  const at = Date.parse((called ? item.due_at : null) ?? item.deadline_at ?? "");
  const element = useTicking((now) => {
    if (kind === "idle_by" && at - now > QUIET) return { name: "deadline", text: "" };
    const how = closeness(at, now, kind);
    return { name: `deadline ${how}`, text: words(kind, at, now, how === "past", called) };
  });
  return Number.isNaN(at) || !kind ? null : <span ref={element} />;
}

function words(kind: string, at: number, now: number, late: boolean, called: boolean): string {
  if (late) return t(called ? "deadline.overdue" : "deadline.late", { time: span(now - at) });
  const word = `deadline.${kind}`;
  const time = span(at - now);
  if (!(word in en)) return time;
  return t(word as Word, { time, due: called ? dayAndHour(at, now, language.value) : "" });
}

/** How long the customer has been waiting. */
export function Waits({ since }: { since: string }): JSX.Element {
  const element = useTicking((now) => ({
    name: "waits",
    text: t("queue.waits", { time: span(now - Date.parse(since)) }),
  }));
  return <span ref={element} />;
}
