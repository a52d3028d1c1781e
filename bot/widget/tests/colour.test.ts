import { expect, test } from "vitest";
import { BLACK, contrast, inkOn, legible, readColour, type Rgb, WHITE, writeColour } from "../src/shared/colour";

const GROUNDS: Rgb[] = [WHITE, [24, 32, 31], [245, 247, 246], [16, 22, 21]];
const ALL: Rgb[] = Array.from({ length: 9 ** 3 }, (_, at) => [at % 9, Math.floor(at / 9) % 9, Math.floor(at / 81)].map((step) => Math.min(255, step * 32)) as unknown as Rgb);

test.each([
  ["#0b6a62", [11, 106, 98]],
  ["0B6A62", [11, 106, 98]],
  [" #f0c ", [255, 0, 204]],
])("a colour is read as sites write it: %s", (text, colour) => {
  expect(readColour(text)).toEqual(colour);
});

test.each([null, undefined, "", "red", "#12", "#12345", "url(x)", "#0b6a62;color:red"])("anything else is none: %s", (text) => {
  expect(readColour(text)).toBeUndefined();
});

test("written and read it is the same", () => {
  for (const colour of ALL) expect(readColour(writeColour(colour))).toEqual(colour);
});

test("contrast is that of WCAG", () => {
  expect(contrast(WHITE, BLACK)).toBeCloseTo(21, 5);
  expect(contrast([118, 118, 118], WHITE)).toBeCloseTo(4.54, 2);
});

test("whatever the accent, its letters and what is drawn in it can be read", () => {
  for (const colour of ALL) {
    expect(contrast(inkOn(colour), colour)).toBeGreaterThanOrEqual(4.5);
    for (const ground of GROUNDS) expect(contrast(legible(colour, ground, 4.5), ground)).toBeGreaterThanOrEqual(4.5);
  }
});

test("a colour that can be read is left as it is", () => {
  expect(legible([11, 106, 98], WHITE, 4.5)).toEqual([11, 106, 98]);
});
