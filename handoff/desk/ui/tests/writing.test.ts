import { readFileSync } from "node:fs";
import { beforeEach, describe, expect, it } from "vitest";
import { matchingReplies } from "../src/logic/writing/choosing";
import { answered, heard, lastLine, placed, stillThere, told, type Change } from "../src/logic/writing/drafting";
import { filled, PLACES, unfilled } from "../src/logic/writing/places";
import { costOf, count, outsideGsm, simplified } from "../src/logic/writing/segments";
import { keepUses, usesIn, usesLeft } from "../src/logic/writing/uses";
import type { Message } from "../src/types";
import type { CannedReply } from "../src/types-writing";

interface Example {
  name: string;
  text: string;
  encoding: string;
  units: number;
  segments: number;
  outside: string;
}

const examples = (JSON.parse(readFileSync("../../../tests/fixtures/segments.json", "utf8")) as { cases: Example[] }).cases;

describe("the cost of a text message", () => {
  it.each(examples)("agrees with the server: $name", ({ text, outside, ...counted }) => {
    expect({ name: counted.name, ...count(text) }).toEqual(counted);
    expect(outsideGsm(text)).toBe(outside);
  });

  it("says what it would be without the characters that double it", () => {
    expect(costOf("a".repeat(100))).toMatchObject({ segments: 1, plain: 1, room: 160, outside: "" });
    expect(costOf(`ó${"a".repeat(99)}`)).toMatchObject({ segments: 2, plain: 1, room: 134, outside: "ó" });
    expect(costOf("ó")).toMatchObject({ segments: 1, plain: 1, room: 70 });
    expect(costOf("")).toMatchObject({ segments: 0, units: 0, room: 160 });
  });

  it("is mended where the eye sees no difference, and letters keep their accents", () => {
    expect(simplified("“Sí” — we’ll see…")).toBe('"Sí" - we\'ll see...');
    expect(outsideGsm(simplified("“Yes” – it’s\u00a0fine…"))).toBe("");
  });
});

describe("the places of a canned reply", () => {
  it("are those of the server", () => {
    const source = readFileSync("../../service/base/placeholders.py", "utf8");
    const listed = /^PLACES = \((.*)\)$/m.exec(source)?.[1] ?? "";
    expect([...listed.matchAll(/"(\w+)"/g)].map((each) => each[1])).toEqual([...PLACES]);
  });

  it("are filled with what is known, and the rest stays to be seen", () => {
    const text = "Hola, {customer_name}: {reference}, {due} {due} {other}";
    const done = filled(text, { reference: "R-7K3M9Q", customer_name: "{due} $& Ana" });
    expect(done).toBe("Hola, {due} $& Ana: R-7K3M9Q, {due} {due} {other}");
    expect(unfilled(done)).toEqual(["{due}"]);
    expect(unfilled("{other} {Due} {}")).toEqual([]);
  });
});

const change = (draft: string, { from, to, text }: Change): string => draft.slice(0, from) + text + draft.slice(to);

describe("putting words into a draft", () => {
  it("lets a search give way and keeps what was written for the customer", () => {
    const put = (draft: string, search: boolean): string => change(draft, answered(draft, draft.length, "ANSWER", search));
    expect(put("", false)).toBe("ANSWER");
    expect(put("gastos de envío", true)).toBe("ANSWER");
    expect(put("Hola, Ana:\nplazo devol", true)).toBe("Hola, Ana:\nANSWER");
    expect(put("Hola, Ana:", true)).toBe("Hola, Ana:\nANSWER");
    expect(put("Hola, Ana:", false)).toBe("Hola, Ana:\nANSWER");
    expect(put("We send it to you within two days", true)).toBe("We send it to you within two days\nANSWER");
    expect(put("Done.\n", false)).toBe("Done.\nANSWER");
  });

  it("goes to the caret, on a line of its own", () => {
    expect(change("one two", placed("one two", 3, "X"))).toBe("one\nX\n two");
    expect(change("two", placed("two", 0, "X"))).toBe("X\ntwo");
    expect(answered("one two", 3, "X", true)).toEqual(placed("one two", 3, "X"));
  });

  it("knows the line that is being typed", () => {
    expect([lastLine(""), lastLine("a"), lastLine("a\nb"), lastLine("a\n")]).toEqual(["", "a", "b", ""]);
  });
});

describe("what a reply is made of", () => {
  beforeEach(() => localStorage.clear());
  const use = { token: "t", text: "You can send it back within thirty days.", title: "Returns" };

  it("is dropped when nothing is left of it, not when it was edited", () => {
    expect(stillThere("You can send it back within 30 days, Ana.", use.text)).toBe(true);
    expect(stillThere("I will look into it.", use.text)).toBe(false);
    expect(stillThere("", use.text)).toBe(false);
    keepUses("R-1", [use, use]);
    expect(usesLeft("R-1", use.text)).toEqual([use]);
    expect(usesLeft("R-1", "no")).toEqual([]);
    expect(usesLeft("R-1", use.text)).toEqual([use]); // an undo has brought it back
  });

  it("is kept with the draft, and odd storage is no error", () => {
    keepUses("R-2", [use]);
    expect(JSON.parse(localStorage.getItem("relevo.desk.draft.uses.R-2") ?? "")).toEqual([use]);
    for (const odd of ["{", "7", '[{"token":1}]', "null"]) {
      localStorage.setItem(`relevo.desk.draft.uses.R-${odd.length}x`, odd);
      expect(usesIn(`R-${odd.length}x`)).toEqual([]);
    }
  });
});

const message = (author: Message["author"], text: string, more: Partial<Message> = {}): Message => ({
  id: text, cursor: text, author, kind: "text", text, language: "en", at: "", entry: null, choices: null,
  agent: null, client_id: null, delivery: null, ...more,
}); // prettier-ignore

describe("what the customer waits for an answer to", () => {
  const entry = { id: "shop-hours", version: 1, title: "", source: "" };

  it("is what they said since an agent last answered", () => {
    const talk = [message("customer", "old"), message("agent", "yes"), message("customer", "one"), message("customer", "two")];
    expect(heard(talk, [], "want")).toBe("one\ntwo");
    expect(heard([...talk, message("system", "x"), message("agent", "note", { kind: "note" })], [], "w")).toBe("one\ntwo");
    expect(heard([...talk, message("agent", "done")], [], "want")).toBe("");
  });

  it("is their want when their last words only asked for a person", () => {
    const talk = [message("customer", "is it late?"), message("bot", "no idea"), message("customer", "A person! ")];
    expect(heard(talk, ["a person!"], "is it late?")).toBe("is it late?");
    expect(heard(talk, [], "is it late?")).toBe("A person! ");
    expect(heard([], [], "")).toBe("");
  });

  it("leaves out what they were told", () => {
    const suggested = [{ id: "gifts", version: 1, title: "", used: "edited" as const }];
    const talk = [message("bot", "a", { entry }), message("agent", "b", { suggested }), message("bot", "c", { entry })];
    expect(told(talk)).toEqual(["shop-hours", "gifts"]);
  });
});

describe("finding a canned reply", () => {
  const reply = (name: string, en = "", topic = "", es = "hola"): CannedReply => ({
    id: name, own: false, name, topic, texts: en ? { en, es } : { es }, version: 1, updated_at: "",
  }); // prettier-ignore
  const all = [reply("sorry", "I am sorry.", "apology"), reply("order-number", "Which order?"), reply("late", "Sorry, your órder is late."), reply("solo")];
  const found = (typed: string, language = "en"): string[] => matchingReplies(all, typed, language).map(({ name }) => name);

  it("goes by name, then by topic and words, in the customer's language only", () => {
    expect(found("")).toEqual(["late", "order-number", "sorry"]);
    expect(found("so")).toEqual(["sorry", "late"]);
    expect(found("order n")).toEqual(["order-number"]);
    expect(found("ORDER")).toEqual(["order-number", "late"]);
    expect(found("apol")).toEqual(["sorry"]);
    expect(found("zz")).toEqual([]);
    expect(found("solo", "es")).toEqual(["solo"]);
  });
});
