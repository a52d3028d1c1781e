// @vitest-environment node
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const FOLDER = new URL("../src/styles/", import.meta.url);

/** The class names that a sheet styles wherever they stand: `.parts { … }`, and not `.packet .parts { … }`. */
function everywhere(sheet: string): Set<string> {
  const selectors = [...sheet.replace(/\/\*.*?\*\//gs, "").matchAll(/([^{}]+)\{/g)].flatMap(([, list]) => (list ?? "").split(","));
  return new Set(selectors.map((selector) => selector.trim()).filter((selector) => /^\.[a-z][\w-]*$/.test(selector)));
}

describe("style sheets", () => {
  it("style no class of another view", () => {
    const owners = new Map<string, string[]>();
    for (const file of readdirSync(FOLDER).filter((name) => name.endsWith(".css"))) {
      for (const name of everywhere(readFileSync(new URL(file, FOLDER), "utf8"))) owners.set(name, [...(owners.get(name) ?? []), file]);
    }
    expect(owners.size).toBeGreaterThan(50);
    expect([...owners].filter(([, files]) => files.length > 1)).toEqual([]);
  });

  it("leave to the packet what only the packet lays out", () => {
    const scoped = [...readFileSync(new URL("packet.css", FOLDER), "utf8").matchAll(/^\.packet (\.[\w-]+)/gm)].map(([, name]) => name);
    const sheets = readdirSync(FOLDER).filter((name) => name !== "packet.css" && name.endsWith(".css"));
    const theirs = sheets.flatMap((file) => [...everywhere(readFileSync(new URL(file, FOLDER), "utf8"))]);
    expect(scoped.length).toBeGreaterThan(0);
    expect(theirs.filter((name) => scoped.includes(name))).toEqual([]);
  });
});
