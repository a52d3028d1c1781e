import { describe, expect, it } from "vitest";
import { AWAY_AFTER, colleagues, hasLeft, heard, HERE_FOR, LATE, nobody, settled, spoke, TYPES_FOR } from "../src/logic/extras/there";

const START = 1_000_000;
const here = (who: string, page: string) => ({ who, what: "here" as const, page });

describe("who is at a chat", () => {
  it("knows the customer while their page says so, and takes a reload for no leaving", () => {
    let there = heard(nobody(START), here("customer", "p1"), START);
    expect(there.goneSince).toBeNull();
    there = heard(there, { who: "customer", what: "left", page: "p1" }, START + 1000);
    expect(hasLeft(there, START + 2000)).toBe(false);
    expect(hasLeft(there, START + 1000 + AWAY_AFTER)).toBe(true);
    there = heard(there, here("customer", "p2"), START + 3000);
    expect(hasLeft(there, START + 60_000)).toBe(false);
  });

  it("has one of two pages left when the other closes", () => {
    let there = heard(heard(nobody(START), here("customer", "a"), START), here("customer", "b"), START);
    there = heard(there, { who: "customer", what: "left", page: "a" }, START);
    expect(there.goneSince).toBeNull();
  });

  it("forgets a page that falls silent, and typing after a few seconds", () => {
    let there = heard(nobody(START), here("ben", "x"), START);
    there = heard(there, { who: "ben", what: "reply", page: "" }, START);
    expect(colleagues(there)).toEqual([{ id: "ben", types: "reply" }]);
    there = settled(there, START + TYPES_FOR + 1);
    expect(colleagues(there)).toEqual([{ id: "ben", types: null }]);
    expect(colleagues(settled(there, START + HERE_FOR + 1))).toEqual([]);
  });

  it("shows no typing once the words have come, though its hint comes after them", () => {
    const hint = { who: "customer", what: "typing" as const, page: "" };
    let there = heard(heard(nobody(START), here("customer", "a"), START), hint, START);
    there = spoke(there, START + 500);
    expect(there.typing.has("customer")).toBe(false);
    expect(heard(there, hint, START + 600).typing.has("customer")).toBe(false);
    there = heard(there, hint, START + 500 + LATE);
    expect(there.typing.has("customer")).toBe(true);
    expect(there.goneSince).toBeNull();
  });

  it("is sure of a customer who types, though their page said nothing", () => {
    const there = heard(nobody(START), { who: "customer", what: "typing", page: "" }, START + 20_000);
    expect(hasLeft(there, START + 21_000)).toBe(false);
    expect(colleagues(there)).toEqual([]);
  });
});
