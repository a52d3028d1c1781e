/** Builds and decisions, as words. */
import type { Build, Tried } from "../../types-knowledge";
import { en } from "../../words/en";
import { t, type Word } from "../words";

export function isUnderWay(build: Build | null): boolean {
  return build?.state === "asked" || build?.state === "running";
}

const STEPS = ["lint", "train", "test", "compare", "start", "switch"] as const;
const OF_SWITCH: ReadonlySet<string> = new Set(["train", "start", "switch"]);

export type Mark = "done" | "now" | "next" | "failed" | "skipped";

/** Every step with how far it has come; a switch needs only some of them. */
export function stepsIn(build: Build): { step: (typeof STEPS)[number]; mark: Mark }[] {
  const at = build.step ? STEPS.indexOf(build.step) : -1;
  return STEPS.map((step, place) => {
    if (build.kind === "switch" && !OF_SWITCH.has(step)) return { step, mark: "skipped" };
    if (build.state === "switched" || place < at) return { step, mark: "done" };
    if (place > at || build.state === "asked") return { step, mark: "next" };
    return { step, mark: build.state === "failed" ? "failed" : "now" };
  });
}

/** What a failed build means and what to do; for a failure without words, what the server says. */
export function failureOf({ code, message }: { code: string; message: string }): string {
  const word = `build.error.${code}`;
  return word in en ? t(word as Word) : t("build.error.other", { message });
}

/** "a person" for refuse, "asks: a, b" for a question back, else the ids as they came. */
export function foundWords(found: string | null): string {
  if (!found) return t("report.none");
  if (found === "refuse") return t("report.refuse");
  return found.startsWith("ask: ") ? t("report.ask", { choices: found.slice(5) }) : found;
}

export function decisionWords({ decision }: Pick<Tried, "decision">): string {
  return t(decision === "ask" ? "try.ask_back" : `try.${decision}`);
}

/** A share in 0 to 1 as people say it: of 100. */
export function ofHundred(share: number): number {
  return Math.round(Math.min(Math.max(share, 0), 1) * 100);
}
