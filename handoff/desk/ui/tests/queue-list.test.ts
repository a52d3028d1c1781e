import { describe, expect, it } from "vitest";
import { choices, filterIn, queryOf, withFacet } from "../src/logic/filters";
import { freshIn, orderOf, sameOrder } from "../src/logic/steadying";
import { routeOf } from "../src/logic/routes";
import { queueEn, queueEs } from "../src/words/queue";
import { item, ME } from "./items";

const ana = { id: ME, name: "Ana" };
const luis = { id: "luis", name: "Luis" };
const cases = new Map(
  [
    item({ reference: "a", language: "en", channel: "sms", urgency: "high" }),
    item({ reference: "b", reason: "loop" }),
    item({ reference: "c", state: "active", agent: ana }),
    item({ reference: "d", state: "active", agent: luis, language: "en" }),
    item({ reference: "e", state: "offered", offered_to: ana }),
    item({ reference: "f", state: "promised", language: "pt" }),
  ].map((each) => [each.reference, each]),
);

describe("the filter", () => {
  it("is kept in the address, beside the chat that is open", () => {
    const chosen = { who: "mine", language: "es", reason: "urgency.fraud" } as const;
    expect(queryOf(chosen)).toBe("?who=mine&reason=urgency.fraud&language=es");
    expect(filterIn(`#/case/R-222222${queryOf(chosen)}`)).toEqual(chosen);
    expect(routeOf(`#/case/R-222222${queryOf(chosen)}`)).toEqual({ view: "queue", reference: "R-222222" });
    expect(queryOf({})).toBe("");
  });

  it("takes nothing from an address that is not a value of it", () => {
    expect(filterIn("#/?who=everybody&language=<b>&colour=red&channel=")).toEqual({});
  });

  it("lets one part go and keeps the others", () => {
    expect(withFacet({ who: "mine", language: "es" }, "who", "")).toEqual({ language: "es" });
  });

  it("shows what has all that was chosen", () => {
    expect(orderOf(cases, ME, { language: "en" }, "")).toEqual({ offers: [], mine: [], waiting: ["a"], others: ["d"] });
    expect(orderOf(cases, ME, { who: "mine" }, "")).toEqual({ offers: ["e"], mine: ["c"], waiting: [], others: [] });
    expect(orderOf(cases, ME, { who: "nobody", urgency: "normal" }, "").waiting).toEqual(["b"]);
    expect(orderOf(cases, ME, { channel: "sms" }, "no such words").waiting).toEqual([]);
  });

  it("offers what is there, and what is chosen though it has gone", () => {
    const found = choices(cases.values(), { channel: "email" });
    expect(found).toEqual({ reason: ["loop", "request"], language: ["en", "es"], channel: ["email", "sms", "web"] });
  });
});

describe("a list that stands still", () => {
  it("knows what has come since", () => {
    const before = orderOf(cases, ME, {}, "");
    const after = orderOf(new Map([...cases, ["g", item({ reference: "g" })]]), ME, {}, "");
    expect(freshIn(before, after)).toEqual(["g"]);
    expect(freshIn(after, before)).toEqual([]);
  });

  it("is the same as long as nothing moves", () => {
    const changed = new Map([...cases, ["b", item({ reference: "b", reason: "loop", unseen: 3 })]]);
    expect(sameOrder(orderOf(cases, ME, {}, ""), orderOf(changed, ME, {}, ""))).toBe(true);
  });
});

it("has its words in both languages, with the same names to fill in", () => {
  const names = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((each) => each[1] ?? "").sort();
  expect(Object.keys(queueEs)).toEqual(Object.keys(queueEn));
  for (const [word, text] of Object.entries(queueEn)) expect(names(queueEs[word as keyof typeof queueEn])).toEqual(names(text));
});
