import { afterEach, describe, expect, it } from "vitest";
import { certificatesOf, failureOf, foundWords, isMeasured, isUnderWay, ofHundred, promisesIn, stepsIn } from "../src/logic/knowledge/release";
import { chooseLanguage } from "../src/logic/words";
import type { Build, Certificate } from "../src/types-knowledge";

const BUILD: Build = {
  id: 1, kind: "build", number: null, state: "running", step: "test", asked_by: "Elena (elena@example.com)", asked_at: "", ended_at: null,
  error: null, findings: [], report: null, certificate: null,
};
const CERTIFICATE: Certificate = {
  language: "en", rows: 412, answered: 300, wrong: 2, risk: 0.02, delta: 0.05, day: "2026-11-20", status: "certified", bound: 0.02, outside_bound: 0.1,
};
const marks = (build: Partial<Build>): string[] => stepsIn({ ...BUILD, ...build }).map((each) => each.mark);
const said = (raw: unknown): string[] => promisesIn(raw, (day) => day).map((each) => each.words);

afterEach(() => chooseLanguage("en"));

describe("a build", () => {
  it("says how far each step has come", () => {
    expect(marks({})).toEqual(["done", "done", "now", "next", "next", "next"]);
    expect(marks({ state: "asked", step: null })).toEqual(Array(6).fill("next"));
    expect(marks({ state: "switched", step: "switch" })).toEqual(Array(6).fill("done"));
    expect(marks({ state: "failed", step: "train" })).toEqual(["done", "failed", "next", "next", "next", "next"]);
  });

  it("that only switches needs no check and no test", () => {
    expect(marks({ kind: "switch", step: "start" })).toEqual(["skipped", "done", "skipped", "skipped", "now", "next"]);
  });

  it("is followed until it has ended", () => {
    expect(isUnderWay(BUILD)).toBe(true);
    expect(isUnderWay({ ...BUILD, state: "failed" })).toBe(false);
    expect(isUnderWay(null)).toBe(false);
  });

  it("that failed says what to do, and passes on what has no word", () => {
    expect(failureOf({ code: "lint_failed", message: "x" })).toContain("Mend what is listed");
    expect(failureOf({ code: "brand_new", message: "It is raining." })).toContain("It is raining.");
  });
});

describe("what is promised", () => {
  it("is one sentence a language, with its grounds", () => {
    const [english, spanish] = said({ en: CERTIFICATE });
    expect(english).toContain("with 95% confidence at most 2% of the answers given are wrong; measured on 412 questions on 2026-11-20");
    expect(english).toContain("at most 10% get one all the same");
    expect(spanish).toContain("no promise, because this release was not measured");
  });

  it("is nothing where nothing is shown, and says why", () => {
    const none = { ...CERTIFICATE, bound: null, outside_bound: null };
    const [few] = said([{ ...none, status: "too_few", rows: 20 }]);
    expect(few).toContain("20 test questions are too few");
    const [bad] = said({ ...none, status: "not_reached", wrong: 30 });
    expect(bad).toContain("30 of 300 answers were wrong");
    for (const words of [few, bad]) expect(words).not.toContain("with 95%");
    expect(promisesIn({ en: { ...CERTIFICATE, bound: null } }, String)[0]?.held).toBe(false);
    expect(said({ en: { ...CERTIFICATE, bound: null } })[0]).toContain("no promise");
  });

  it.each([null, undefined, 7, "x", [], {}, { en: { rows: "many" } }])("is nothing for %j", (raw) => {
    expect(certificatesOf(raw)).toEqual({});
  });
});

describe("whose certificate it is", () => {
  it("is known only while the newest build is the one that made the current release", () => {
    const done = { ...BUILD, state: "switched", number: 2 } as const;
    expect(isMeasured({ build: done, current: 2 })).toBe(true);
    expect(isMeasured({ build: done, current: 1 })).toBe(false);
    expect(isMeasured({ build: { ...done, state: "failed" }, current: 2 })).toBe(false);
    expect(isMeasured({ build: null, current: 2 })).toBe(false);
  });
});

describe("what was found", () => {
  it("is said in words", () => {
    expect(foundWords("refuse")).toBe("a person");
    expect(foundWords("ask: a, b")).toBe("asks: a, b");
    expect(foundWords("shop-hours")).toBe("shop-hours");
    expect(foundWords(null)).toBe("nothing");
    expect([ofHundred(0.123), ofHundred(2), ofHundred(-1)]).toEqual([12, 100, 0]);
  });
});
