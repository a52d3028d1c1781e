/** What is promised of a release, and whether customers still ask what it was measured on, as words. */
import type { Certificate, Drift, Look, Release, Releases, Spoken } from "../../types-knowledge";
import { language, named, t } from "../words";
import { LANGUAGES } from "./form";

export interface Said {
  language: Spoken;
  held: boolean;
  words: string;
}

/** One certificate for each language, as they came; none of what is no certificate. */
export function certificatesOf(raw: unknown): Partial<Record<Spoken, Certificate>> {
  const all = typeof raw === "object" && raw !== null ? Object.values(raw) : [];
  return Object.fromEntries(all.filter(isCertificate).map((each) => [each.language, each]));
}

function isCertificate(value: unknown): value is Certificate {
  const each = value as Partial<Certificate> | null;
  return typeof each?.language === "string" && typeof each.rows === "number" && typeof each.status === "string";
}

export function percent(share: number): string {
  return new Intl.NumberFormat(language.value, { style: "percent", maximumFractionDigits: 1 }).format(share);
}

/** One plain sentence for each language: what is promised and on what grounds, or that nothing is and why. */
export function promisesIn(raw: unknown, day: (date: string) => string, counts = true): Said[] {
  const certificates = certificatesOf(raw);
  return LANGUAGES.map((each) => {
    const found = certificates[each];
    if (!found) return { language: each, held: false, words: t("certificate.none", { language: nameOf(each) }) };
    return { language: each, held: counts && isHeld(found), words: sentence(found, nameOf(each), day) };
  });
}

function isHeld(found: Certificate): boolean {
  return found.status === "certified" && found.bound !== null;
}

function sentence(found: Certificate, name: string, day: (date: string) => string): string {
  const { rows, answered, wrong, risk, delta, bound, outside_bound } = found;
  const values = { language: name, rows, answered, wrong, risk: percent(bound ?? risk), sure: percent(1 - delta), day: day(found.day) };
  const word = isHeld(found) ? "certificate.certified" : found.status === "too_few" ? "certificate.too_few" : "certificate.not_reached";
  const outside = isHeld(found) && outside_bound !== null ? ` ${t("certificate.outside", { share: percent(outside_bound) })}` : "";
  return t(word, values) + outside;
}

/** Of whose model the certificate is, where that is not simply the one that runs; null where it is. */
export function standingWords({ certificate }: Release, hosts: Releases["hosts"], number: number): string | null {
  if (!certificate) return t("certificate.unknown", { n: number });
  if (certificate.standing === "valid") return null;
  const others = hosts.filter((each) => each.release === number && !each.measured).map((each) => each.host);
  return t(`certificate.${certificate.standing}`, { hosts: others.join(", ") });
}

/** How the newest look at each language with a promise came out; none where nothing is promised. */
export function driftIn(certificates: unknown, drift: Drift): (Said & { at: string | null; drifted: boolean })[] {
  const claimed = certificatesOf(certificates);
  return LANGUAGES.filter((each) => claimed[each] !== undefined && isHeld(claimed[each])).map((each) => {
    const look = drift.looks.find((one) => one.language === each);
    if (!look) return { language: each, held: false, drifted: false, at: null, words: t("drift.waiting", { language: nameOf(each) }) };
    const held = look.state === "quiet";
    return { language: each, held, drifted: look.state === "drifted", at: look.at, words: lookWords(look, drift.fewest) };
  });
}

function lookWords(look: Look, fewest: number): string {
  const { rows, refused, rows_then, refused_then, largest } = look;
  const values = { language: nameOf(look.language), rows, refused, rows_then, refused_then, fewest };
  if (look.state === "too_few") return t("drift.too_few", values);
  if (look.state === "drifted" && largest?.edge != null) {
    return t("drift.below", { ...values, edge: Math.round(100 * largest.edge), share: percent(largest.now), share_then: percent(largest.then) });
  }
  const shares = { share: percent(refused / Math.max(rows, 1)), share_then: percent(refused_then / Math.max(rows_then, 1)) };
  return t(look.state === "quiet" ? "drift.quiet" : "drift.refused", { ...values, ...shares });
}

function nameOf(spoken: Spoken): string {
  const name = named("language", spoken);
  return name.charAt(0).toUpperCase() + name.slice(1);
}
