import { expect, test } from "vitest";
import { nextOf, places } from "../src/logic/find";

test("words are found without case and accents, and nothing is found for nothing", () => {
  const texts = ["¿Dónde está mi LÁMPARA?", "no", "la lampara llegó"];
  expect(places(texts, "lampara")).toEqual([0, 2]);
  expect(places(texts, " ")).toEqual([]);
  expect(places(texts, "silla")).toEqual([]);
});

test("the newest comes first, and the ends meet", () => {
  expect(nextOf([2, 5, 9], null, -1)).toBe(9);
  expect(nextOf([2, 5, 9], 9, -1)).toBe(5);
  expect(nextOf([2, 5, 9], 2, -1)).toBe(9);
  expect(nextOf([2, 5, 9], 9, 1)).toBe(2);
  expect(nextOf([], null, 1)).toBeNull();
});
