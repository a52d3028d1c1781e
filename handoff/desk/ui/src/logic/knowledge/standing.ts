/** How an entry stands: its badges, its review date, and who may do what with it. */
import type { ByLanguage, Item, Spoken, Version, Whole } from "../../types-knowledge";
import { unaccented } from "../queue";

export type Stand = "draft" | "in_review" | "approved" | "released" | "retired";

/** The newest version's own state; `released` when it is the one that the current release holds. */
export function standOf({ state, version, live_version }: Item): Stand {
  return state === "approved" && live_version === version ? "released" : state;
}

const DAY = 86_400_000;
const NEAR = 14 * DAY;

/** Its last good day is `review_by`, as the server counts days; near from 14 days before. */
export function reviewOf(review_by: string, now: number): "calm" | "near" | "past" {
  const left = Date.parse(review_by) - Date.parse(new Date(now).toISOString().slice(0, 10));
  return left < 0 ? "past" : left <= NEAR ? "near" : "calm";
}

/** The title in the reader's language, else the other's, else the id. */
export function titleOf(title: ByLanguage<string>, language: Spoken, id: string): string {
  return title[language] || title.en || title.es || id;
}

/** "Nuria" of "Nuria (nuria@example.com)". */
export function nameOf(signed: string): string {
  return signed.replace(/\s*\([^()\s]+@[^()\s]+\)$/, "") || signed;
}

/** Whether `signed` is this person, as far as a name tells: accents, case and spaces aside. */
export function isSamePerson(signed: string, name: string): boolean {
  const folded = (text: string): string => unaccented(nameOf(text)).split(/\s+/).filter(Boolean).join(" ");
  return folded(signed) === folded(name);
}

export type StepName = "submit" | "send-back" | "approve" | "retire";

/** The steps that can be taken now. Only those who supervise decide. */
export function stepsOf({ item, versions }: Pick<Whole, "item" | "versions">, supervising: boolean): StepName[] {
  if (!supervising) return [];
  const steps: StepName[] = [];
  if (item.state === "draft") steps.push("submit");
  if (item.state === "in_review") steps.push("approve", "send-back");
  if (versions.some((each) => each.state === "approved")) steps.push("retire");
  return steps;
}

/** The newest approved version before `version`: what an approver compares with. */
export function approvedBefore(versions: readonly Version[], version: number): number | null {
  const approved = versions.filter((each) => each.approver !== null && each.version < version);
  return approved.at(-1)?.version ?? null;
}

/** A version's sums as people compare them: the first and the last six figures. */
export function shortDigest(digest: string): string {
  const sum = digest.replace(/^sha256:/, "");
  return `${sum.slice(0, 8)} … ${sum.slice(-8)}`;
}

export function addedYear(now: number): string {
  const day = new Date(now);
  return new Date(Date.UTC(day.getFullYear() + 1, day.getMonth(), day.getDate())).toISOString().slice(0, 10);
}
