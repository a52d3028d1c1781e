import { expect, test } from "vitest";
import { wordsOf } from "../src/i18n";
import type { Message } from "../src/panel/net/shapes";
import { transcriptOf } from "../src/panel/text/transcript";
import { directionOf, themeOf } from "../src/panel/theme";
import { Timeline } from "../src/panel/timeline";
import { isLong } from "../src/panel/view/long";
import { judged, markOf } from "../src/panel/view/marks";
import { initials } from "../src/panel/view/speaker";

let count = 0;
const said = (author: Message["author"], more: Partial<Message> = {}): Message => {
  count += 1;
  return { id: `m${count}`, cursor: `c${count}`, author, kind: "text", text: `text ${count}`, language: "en", at: "2026-11-23T09:00:00Z", ...more };
};
const entry = { id: "e", version: 1, title: "A title", source: "Guide" };

test("the mark of the last message goes from sent over delivered to read", () => {
  const first = said("customer");
  const last = said("customer");
  const all = [first, last, said("system")];
  expect(markOf({ state: "waiting", readUpto: undefined }, all)).toEqual({ id: last.id, mark: "markSent" });
  expect(markOf({ state: "waiting", readUpto: first.cursor }, all)?.mark).toBe("markSent");
  expect(markOf({ state: "agent", readUpto: first.cursor }, all)?.mark).toBe("markDelivered");
  expect(markOf({ state: "agent", readUpto: last.cursor }, all)?.mark).toBe("markRead");
});

test("what is answered needs no mark, and without a message there is none", () => {
  expect(markOf({ state: "bot", readUpto: undefined }, [said("customer"), said("bot")])).toBeUndefined();
  expect(markOf({ state: "bot", readUpto: undefined }, [said("bot")])).toBeUndefined();
});

test("only the newest answer after the customer's last word is asked about, and none while a person is there", () => {
  const old = said("bot", { entry });
  const answer = said("bot", { entry });
  const all = [said("customer"), old, said("customer"), answer, said("bot")];
  expect(judged({ state: "bot" }, all)).toBe(answer);
  expect(judged({ state: "agent" }, all)).toBeUndefined();
  expect(judged({ state: "bot" }, [...all, said("customer")])).toBeUndefined();
});

test("of greetings in several languages the last is shown, and all that is said later", () => {
  const timeline = new Timeline();
  const es = [said("bot", { language: "es" }), said("bot", { language: "es" })];
  timeline.add([said("bot"), said("bot"), ...es]);
  expect(timeline.shown).toEqual(es);
  const later = [said("customer"), said("bot")];
  timeline.add(later);
  expect(timeline.shown).toEqual([...es, ...later]);
});

test("what is known of a message by now is kept with it", () => {
  const timeline = new Timeline();
  const answer = said("bot", { entry });
  timeline.add([answer]);
  expect(timeline.change(answer.id, { helped: false })).toBe(true);
  expect(timeline.last?.helped).toBe(false);
  expect(timeline.change("nobody", { helped: false })).toBe(false);
});

test("the transcript has who, when, what and its source, and no character that misleads", () => {
  const all = [said("customer", { text: "hello\u202e" }), said("bot", { text: "Two days", entry }), said("agent", { agent: "Ana Ruiz" })];
  const text = transcriptOf(all, "Aurora", wordsOf("en"), "en", new Date("2026-11-23T10:00:00Z"));
  expect(text.startsWith("Conversation with Aurora, saved ")).toBe(true);
  expect(text).toMatch(/· You\nhello\n\n.*· Automatic assistant\nTwo days\n\(Source: Guide\)\n\n.*· Ana Ruiz\n/);
});

test.each([
  ["Ana Ruiz", "AR"],
  ["ana", "A"],
  ["María José Núñez", "MJ"],
])("%s has the initials %s", (name, expected) => expect(initials(name)).toBe(expected));

test("long is many letters or many lines", () => {
  expect([isLong("x".repeat(700)), isLong("x".repeat(701)), isLong("\n".repeat(11)), isLong("\n".repeat(12))]).toEqual([false, true, false, true]);
});

test("a theme only where there is an accent, and directions as the languages are written", () => {
  expect(themeOf(null)).toEqual({});
  expect(themeOf("red;}")).toEqual({});
  expect(Object.keys(themeOf("#123456"))).toHaveLength(5);
  expect(["en", "es", "ar", "he-IL"].map(directionOf)).toEqual(["ltr", "ltr", "rtl", "rtl"]);
});
