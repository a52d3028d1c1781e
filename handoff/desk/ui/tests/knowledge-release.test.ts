import { afterEach, describe, expect, it } from "vitest";
import { failureOf, foundWords, isUnderWay, ofHundred, stepsIn } from "../src/logic/knowledge/release";
import { chooseLanguage } from "../src/logic/words";
import type { Build } from "../src/types-knowledge";

const BUILD: Build = {
  id: 1, kind: "build", number: null, state: "running", step: "test", asked_by: "Elena (elena@example.com)", asked_at: "", ended_at: null,
  error: null, findings: [], report: null, certificate: null, waits: null,
};
const marks = (build: Partial<Build>): string[] => stepsIn({ ...BUILD, ...build }).map((each) => each.mark);

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

describe("what was found", () => {
  it("is said in words", () => {
    expect(foundWords("refuse")).toBe("a person");
    expect(foundWords("ask: a, b")).toBe("asks: a, b");
    expect(foundWords("shop-hours")).toBe("shop-hours");
    expect(foundWords(null)).toBe("nothing");
    expect([ofHundred(0.123), ofHundred(2), ofHundred(-1)]).toEqual([12, 100, 0]);
  });
});
