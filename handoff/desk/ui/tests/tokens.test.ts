// @vitest-environment node
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const css = readFileSync(new URL("../src/tokens.css", import.meta.url), "utf8");

function tokens(scheme: "light" | "dark"): Map<string, string> {
  const found = css.matchAll(/--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)/g);
  return new Map([...found].map(([, name, light, dark]) => [name ?? "", (scheme === "light" ? light : dark) ?? ""]));
}

function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (b ?? 0);
}

function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

const SURFACES = ["paper", "ground", "raised", "hover"];
const TEXTS = ["ink", "ink-2", "accent", "red"];
const PAIRS: [string, string][] = [
  ...SURFACES.flatMap((surface) => TEXTS.map((text): [string, string] => [text, surface])),
  ["on-accent", "accent"],
  ["on-accent", "accent-strong"],
  ["accent-strong", "accent-tint"],
  ["ink", "accent-tint"],
  ["amber", "amber-tint"],
  ["ink", "amber-tint"],
  ["red", "red-tint"],
  ["ink", "red-tint"],
  ["green", "green-tint"],
  ["paper", "red"],
  ["paper", "ink"],
];

describe.each(["light", "dark"] as const)("%s colours", (scheme) => {
  const known = tokens(scheme);
  const colour = (name: string): string => known.get(name) ?? "missing";

  it.each(PAIRS)("%s on %s can be read (4.5 to 1)", (text, surface) => {
    expect(contrast(colour(text), colour(surface))).toBeGreaterThanOrEqual(4.5);
  });

  it.each(["field", "focus"])("%s stands out from every surface (3 to 1)", (name) => {
    for (const surface of SURFACES) expect(contrast(colour(name), colour(surface))).toBeGreaterThanOrEqual(3);
  });
});
