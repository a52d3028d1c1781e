import { beforeEach, expect, test } from "vitest";
import { wordsOf } from "../src/i18n";
import type { Chat } from "../src/panel/chat";
import type { Handoff } from "../src/panel/net/shapes";
import { CaseBar } from "../src/panel/view/casebar";
import { waitingLine } from "../src/panel/view/header";

const en = wordsOf("en");
const es = wordsOf("es");
const handoff: Handoff = { reference: "R-7K3M9Q", version: 3 };
const links = { page: "https://chat.example.com/promise/abc", ics: "https://chat.example.com/promise/abc.ics" };

test.each([
  [{ wait_seconds: 95, place: 3 }, "Waiting: about 2 min, place 3", "En espera: unos 2 min, puesto 3"],
  [{ wait_seconds: 10, place: null }, "Waiting: about 1 min", "En espera: unos 1 min"],
  [{ wait_seconds: 0, place: 1 }, "Waiting: about 1 min, place 1", "En espera: unos 1 min, puesto 1"],
  [{ wait_seconds: null, place: 3 }, "Waiting: place 3", "En espera: puesto 3"],
  [{ wait_seconds: null, place: null }, "Waiting for a person", "En espera de una persona"],
  [{}, "Waiting for a person", "En espera de una persona"],
])("the wait is said with the numbers that there are: %o", (known, english, spanish) => {
  expect(waitingLine({ ...handoff, ...known }, en)).toBe(english);
  expect(waitingLine({ ...handoff, ...known }, es)).toBe(spanish);
});

test("before the case is known there is no number either", () => {
  expect(waitingLine(undefined, en)).toBe("Waiting for a person");
});

let chat: { state: string; language: string; handoff: Handoff | undefined };
let bar: CaseBar;
const draw = () => {
  bar.draw(wordsOf(chat.language));
  return bar.element;
};

beforeEach(() => {
  chat = { state: "callback", language: "en", handoff };
  bar = new CaseBar(chat as unknown as Chat, () => {}, () => {});
});

test("a promise has its time, its reference and its links, each in a tab of its own", () => {
  chat.handoff = { ...handoff, due_at: new Date(Date.now() + 3_600_000).toISOString(), links };
  const element = draw();
  expect(element.textContent).toMatch(/Our call or e-mail: by .* · R-7K3M9Q/);
  const found = [...element.querySelectorAll("a")];
  expect(found.map((link) => link.href)).toEqual([links.ics, links.page]);
  expect(found.every((link) => link.target === "_blank" && link.rel === "noopener noreferrer")).toBe(true);
  expect(found.map((link) => link.textContent)).toEqual(["Add to calendar (opens a new tab)", "Change or cancel (opens a new tab)"]);
  expect(element.textContent).not.toContain(en.withdraw);
});

test("a promise that moves is drawn anew", () => {
  const at = (hours: number) => new Date(2026, 10, 24, hours).toISOString();
  chat.handoff = { ...handoff, due_at: at(10), links };
  expect(draw().textContent).toContain("10:00");
  chat.handoff = { ...handoff, version: 4, due_at: at(12), links };
  expect(draw().textContent).toContain("12:00");
});

test("without links the customer can still say that it is not needed", () => {
  chat.handoff = { ...handoff, due_at: new Date().toISOString() };
  expect(draw().textContent).toContain(en.withdraw);
});

test("whoever waits reads what happens next", () => {
  chat.state = "waiting";
  expect(draw().textContent).toContain(en.waitingHint);
  chat.language = "es";
  expect(draw().textContent).toContain(es.waitingHint);
  chat.state = "bot";
  expect(draw().hidden).toBe(true);
});
