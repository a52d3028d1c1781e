import { describe, expect, it } from "vitest";
import { actsOn } from "../src/logic/acts";
import { item, ME } from "./items";

const ana = { id: ME, name: "Ana" };
const luis = { id: "luis", name: "Luis" };
const acts = (values: Parameters<typeof item>[0], contact = true): string[] => [...actsOn(item(values), ME, contact)];

describe("what can be done", () => {
  it("nothing with a chat that another agent holds", () => {
    expect(acts({ state: "active", agent: luis })).toEqual([]);
    expect(acts({ state: "calling", agent: luis })).toEqual([]);
  });

  it("a supervisor gives a held chat to somebody else, whoever has it", () => {
    expect([...actsOn(item({ state: "active", agent: luis }), ME, true, true)]).toEqual(["reassign"]);
    expect(actsOn(item({ state: "active", agent: ana }), ME, true, true).has("reassign")).toBe(true);
    expect(actsOn(item({ state: "waiting" }), ME, true, true).has("reassign")).toBe(false);
    expect(actsOn(item({ state: "calling", agent: luis }), ME, true, true).size).toBe(0);
  });

  it("nothing with an ended case", () => {
    for (const state of ["resolved", "returned", "withdrawn", "unreachable"] as const) expect(acts({ state })).toEqual([]);
  });

  it("accept or decline an offer to me, claim one to another", () => {
    expect(acts({ state: "offered", offered_to: ana })).toEqual(["accept", "decline"]);
    expect(acts({ state: "offered", offered_to: luis })).toEqual(["claim"]);
  });

  it("a callback is promised or begun only with a way to call", () => {
    expect(acts({ state: "active", agent: ana })).toContain("callback");
    expect(acts({ state: "active", agent: ana }, false)).not.toContain("callback");
    expect(acts({ state: "promised" })).toEqual(["call", "claim"]);
    expect(acts({ state: "promised" }, false)).toEqual(["claim"]);
  });
});
