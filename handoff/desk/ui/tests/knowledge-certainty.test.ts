import { afterEach, describe, expect, it } from "vitest";
import { certificatesOf, driftIn, promisesIn, standingWords } from "../src/logic/knowledge/certainty";
import { chooseLanguage } from "../src/logic/words";
import type { Certificate, Drift, Look, Release } from "../src/types-knowledge";

const CERTIFICATE: Certificate = {
  language: "en", rows: 412, answered: 300, wrong: 2, risk: 0.02, delta: 0.05, day: "2026-11-20", digest: "sha256:abc",
  status: "certified", bound: 0.02, outside_bound: 0.1,
};
const RELEASE: Release = {
  number: 2, digest: "", created_at: "", entries: 1, notices: 1, current: true, model: true,
  certificate: { noted_at: "", standing: "valid", languages: { en: CERTIFICATE } },
};
const LOOK: Look = {
  release: 2, language: "en", at: "2026-11-20T09:00:00Z", state: "quiet", rows: 200, refused: 50, rows_then: 412, refused_then: 112, largest: null,
};
const said = (raw: unknown): string[] => promisesIn(raw, (day) => day).map((each) => each.words);
const drift = (...looks: Look[]): Drift => ({ every: 24, days: 7, fewest: 100, looks });

afterEach(() => chooseLanguage("en"));

describe("what is promised", () => {
  it("is one sentence a language, with its grounds", () => {
    const [english, spanish] = said({ en: CERTIFICATE });
    expect(english).toContain("with 95% confidence at most 2% of the answers given are wrong; measured on 412 questions on 2026-11-20");
    expect(english).toContain("at most 10% get one all the same");
    expect(spanish).toContain("no promise, because this was not measured");
  });

  it("is nothing where nothing is shown, and says why", () => {
    const none = { ...CERTIFICATE, bound: null, outside_bound: null };
    const [few] = said({ en: { ...none, status: "too_few", rows: 20 } });
    expect(few).toContain("20 test questions are too few");
    const [bad] = said({ en: { ...none, status: "not_reached", wrong: 30 } });
    expect(bad).toContain("30 of 300 answers were wrong");
    for (const words of [few, bad]) expect(words).not.toContain("with 95%");
    expect(promisesIn({ en: { ...CERTIFICATE, bound: null } }, String)[0]?.held).toBe(false);
    expect(said({ en: { ...CERTIFICATE, bound: null } })[0]).toContain("no promise");
  });

  it("does not hold where it does not count", () => {
    expect(promisesIn({ en: CERTIFICATE }, String)[0]?.held).toBe(true);
    expect(promisesIn({ en: CERTIFICATE }, String, false)[0]?.held).toBe(false);
  });

  it.each([null, undefined, 7, "x", [], {}, { en: { rows: "many" } }])("is nothing for %j", (raw) => {
    expect(certificatesOf(raw)).toEqual({});
  });
});

describe("whose certificate it is", () => {
  const host = { host: "two", release: 2, ready: true, measured: false, seen_at: "" };
  const words = (standing: "valid" | "void" | "mixed" | "idle"): string | null =>
    standingWords({ ...RELEASE, certificate: { noted_at: "", standing, languages: {} } }, [host, { ...host, host: "one", measured: true }], 2);

  it("needs no word where it is that of what runs", () => expect(words("valid")).toBeNull());
  it("is said where it is not", () => {
    expect(words("void")).toContain("no longer counts");
    expect(words("mixed")).toContain("For these it does not count: two.");
    expect(words("idle")).toContain("No server runs this release now.");
    expect(standingWords({ ...RELEASE, certificate: null }, [], 2)).toBe("Release 2 was not measured, so nothing is promised of it.");
  });
});

describe("whether customers still ask the same", () => {
  const told = (...looks: Look[]): string[] => driftIn({ en: CERTIFICATE }, drift(...looks)).map((each) => each.words);

  it("is said with the counts", () => {
    expect(told(LOOK)[0]).toContain("yes. Of 200 first questions the bot was too unsure to answer 50 (25%); of the 412 test questions 112 (27.2%)");
    expect(told({ ...LOOK, state: "too_few", rows: 8 })[0]).toContain("8 first questions so far; 100 are needed");
    expect(told()[0]).toBe("English: not looked at yet.");
  });

  it("names what has drifted", () => {
    const refused = { what: "refused", edge: null, now: 0.75, then: 0.25 } as const;
    expect(told({ ...LOOK, state: "drifted", refused: 150, largest: refused })[0]).toContain("no. Of 200 first questions the bot was too unsure to answer 150 (75%)");
    const below = { what: "below", edge: 0.7, now: 0.9, then: 0.2 } as const;
    const look = { ...LOOK, state: "drifted", largest: below } as const;
    expect(told(look)[0]).toContain("90% fit an answer by less than 70 of 100; of the 412 test questions 20%");
    expect(driftIn({ en: CERTIFICATE }, drift(look))[0]).toMatchObject({ held: false, drifted: true });
    chooseLanguage("es");
    expect(told(look)[0]).toMatch(/^Inglés: no\. De 200 primeras preguntas, el 90\s%/);
  });

  it("is no question where nothing is promised", () => {
    expect(driftIn({ en: { ...CERTIFICATE, status: "too_few", bound: null } }, drift(LOOK))).toEqual([]);
    expect(driftIn({}, drift(LOOK))).toEqual([]);
  });
});
