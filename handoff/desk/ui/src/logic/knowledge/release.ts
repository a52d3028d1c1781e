/** Builds, certificates and decisions, as words. */
import type { Build, Certificate, Releases, Spoken, Tried } from "../../types-knowledge";
import { en } from "../../words/en";
import { language, named, t, type Word } from "../words";
import { LANGUAGES } from "./form";

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

/** One certificate for each language, however the server sends them; none where none is claimed or told. */
export function certificatesOf(raw: unknown): Partial<Record<Spoken, Certificate>> {
  const all = typeof raw === "object" && raw !== null ? [raw, ...Object.values(raw)] : [];
  const found = all.filter(isCertificate);
  return Object.fromEntries(found.map((each) => [each.language, each]));
}

function isCertificate(value: unknown): value is Certificate {
  const each = value as Partial<Certificate> | null;
  return typeof each?.language === "string" && typeof each.rows === "number" && typeof each.status === "string";
}

export function percent(share: number): string {
  return new Intl.NumberFormat(language.value, { style: "percent", maximumFractionDigits: 1 }).format(share);
}

/** Whether the newest build, which alone carries a certificate, is the one that made the current release. */
export function isMeasured({ build, current }: Pick<Releases, "build" | "current">): boolean {
  return build?.state === "switched" && build.number === current;
}

/** One plain sentence for each language: what is promised and on what grounds, or that nothing is and why. */
export function promisesIn(raw: unknown, day: (date: string) => string): { language: Spoken; held: boolean; words: string }[] {
  const certificates = certificatesOf(raw);
  return LANGUAGES.map((each) => {
    const found = certificates[each];
    const spoken = named("language", each);
    const name = spoken.charAt(0).toUpperCase() + spoken.slice(1);
    if (!found) return { language: each, held: false, words: t("certificate.none", { language: name }) };
    return { language: each, held: found.bound !== null, words: sentence(found, name, day) };
  });
}

function sentence(found: Certificate, name: string, day: (date: string) => string): string {
  const { rows, answered, wrong, risk, delta, bound, outside_bound } = found;
  const values = { language: name, rows, answered, wrong, risk: percent(bound ?? risk), sure: percent(1 - delta), day: day(found.day) };
  const held = found.status === "certified" && bound !== null;
  const word = held ? "certificate.certified" : found.status === "too_few" ? "certificate.too_few" : "certificate.not_reached";
  const outside = held && outside_bound !== null ? ` ${t("certificate.outside", { share: percent(outside_bound) })}` : "";
  return t(word, values) + outside;
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
