import { afterEach, describe, expect, it } from "vitest";
import { byField, changedPlaces, mergedForms, targetsOf, toContent, toForm } from "../src/logic/knowledge/form";
import { placeWords } from "../src/logic/knowledge/mends";
import { learnTitles, matching, targetOptions } from "../src/logic/knowledge/titles";
import { chooseLanguage } from "../src/logic/words";
import type { Content, Item } from "../src/types-knowledge";

const FOLLOW_UPS = { "returns-furniture": { en: ["and for furniture?", "and sofas"], es: ["¿y para muebles?"] }, en: { es: ["¿y?"] } };
const ENTRY: Content = {
  id: "returns-deadline", owner: "Carmen", author: "Marta", review_by: "2027-06-30", topic: "returns", title: { en: "Time", es: "Plazo" },
  phrasings: { en: ["how long"], es: ["cuánto"] }, answers: { en: { web: "30", sms: "30" }, es: { web: "30", sms: "30" } },
  source: { document: { en: "Guide", es: "Guía" }, section: { en: "1", es: "1" } }, follow_ups: FOLLOW_UPS,
};

function item(id: string, en: string, es: string, more: Partial<Item> = {}): Item {
  return {
    item_id: id, kind: "entry", version: 1, digest: "", state: "approved", author: "M", created_at: "", approver: null, approved_at: null,
    self_approved: false, title: { en, es }, topic: "returns", owner: "C", review_by: "2027-01-01", live_version: 1, served: true, ...more,
  };
}

const ITEMS = [
  item("returns-furniture", "Return furniture", "Devolver muebles"),
  item("returns-deadline", "Time to return", "Plazo para devolver"),
  item("refund-time", "When a refund arrives", "Cuándo llega un reembolso"),
  item("old", "Return of old things", "Devolver cosas viejas", { state: "retired" }),
  item("greeting", "", "", { kind: "notice", title: {} }),
];

afterEach(() => chooseLanguage("en"));

describe("follow-ups as places of the form", () => {
  it("go round without loss, also to an answer whose short name is a language", () => {
    const form = toForm(ENTRY, "entry");
    expect(targetsOf(form)).toEqual(["returns-furniture", "en"]);
    expect(form["follow_ups.returns-furniture.en"]).toBe("and for furniture?\nand sofas");
    expect(toContent(ENTRY, form, "entry")).toEqual(ENTRY);
    expect(changedPlaces(form, toForm(toContent(ENTRY, form, "entry"), "entry"))).toEqual([]);
  });

  it("are left out when there are none, so that what is approved stays as it is", () => {
    const without = Object.fromEntries(Object.entries(ENTRY).filter(([key]) => key !== "follow_ups"));
    expect(toContent(without, toForm(without, "entry"), "entry")).toEqual(without);
    const emptied = { ...toForm(ENTRY, "entry"), follow_ups: "" };
    expect(toContent(ENTRY, emptied, "entry")).toEqual(without);
  });

  it("come back with their words when a target is taken out and chosen again", () => {
    const form = toForm(ENTRY, "entry");
    const out = { ...form, follow_ups: "en" };
    expect(toContent(ENTRY, out, "entry")["follow_ups"]).toEqual({ en: { es: ["¿y?"] } });
    expect(toContent(ENTRY, { ...out, follow_ups: "en\nreturns-furniture" }, "entry")["follow_ups"]).toEqual(FOLLOW_UPS);
  });

  it("keep a chosen target that has no words yet, which the server says", () => {
    const form = { ...toForm(ENTRY, "entry"), follow_ups: "refund-time", "follow_ups.refund-time.en": " \n and when? \n" };
    expect(toContent(ENTRY, form, "entry")["follow_ups"]).toEqual({ "refund-time": { en: ["and when?"] } });
  });

  it("are merged by place when two write", () => {
    const base = toForm(ENTRY, "entry");
    const mine = { ...base, "follow_ups.returns-furniture.es": "¿y los muebles?" };
    const theirs = { ...base, "follow_ups.returns-furniture.en": "and a bed?" };
    const { form, both } = mergedForms(base, mine, theirs);
    expect(both).toEqual([]);
    expect(form["follow_ups.returns-furniture.en"]).toBe("and a bed?");
    expect(form["follow_ups.returns-furniture.es"]).toBe("¿y los muebles?");
  });

  it("have their errors at their own field, with the line", () => {
    const found = byField({ "follow_ups.refund-time.es": "missing", "follow_ups.refund-time.en[2]": "long", "follow_ups.me": "itself" }, "entry");
    expect(found.get("follow_ups.refund-time.es")).toEqual([{ message: "missing", line: null }]);
    expect(found.get("follow_ups.refund-time.en")).toEqual([{ message: "long", line: 3 }]);
    expect(found.get("")).toEqual([{ message: "follow_ups.me: itself", line: null }]);
  });
});

describe("the answer that a follow-up leads to", () => {
  it("is another one in use, found by words of either language, accents aside", () => {
    const options = targetOptions(ITEMS, "returns-deadline", [], "en");
    expect(options.map((each) => each.id)).toEqual(["returns-furniture", "refund-time"]);
    expect(matching(options, "cuando reembolso").map((each) => each.id)).toEqual(["refund-time"]);
    expect(matching(options, "MUEBLES").map((each) => each.id)).toEqual(["returns-furniture"]);
    expect(matching(options, "refund-t").map((each) => each.id)).toEqual(["refund-time"]);
    expect(matching(options, "nothing")).toEqual([]);
    expect(targetOptions(ITEMS, "returns-deadline", ["refund-time"], "es").map((each) => each.title)).toEqual(["Devolver muebles"]);
  });

  it("is named by its title where it was read", () => {
    expect(placeWords("follow_ups.unknown")).toBe("Asked next, leads to “unknown”");
    learnTitles(ITEMS);
    expect(placeWords("follow_ups.refund-time.es")).toBe("Asked next, leads to “When a refund arrives”, Spanish");
    chooseLanguage("es");
    expect(placeWords("follow_ups.refund-time.es")).toBe("Después, lleva a «Cuándo llega un reembolso», español");
  });
});
