import { expect, test } from "vitest";
import { wordsOf } from "../src/i18n";
import { checkForm, explain } from "../src/panel/text/check";
import { neutral, sendable } from "../src/panel/text/neutral";
import { dayName, dueTime } from "../src/panel/text/times";
import { Timeline } from "../src/panel/timeline";
import type { Message } from "../src/panel/net/shapes";

const en = wordsOf("en");
const es = wordsOf("es-MX");

test("direction overrides and zero-width characters are not shown, letters and emoji are", () => {
  expect(neutral("pay\u202Etxt.exe\u200B\u2066x\uFEFF")).toBe("paytxt.exex");
  expect(neutral("año 👩‍👩‍👧 ñandú\n\tok")).toBe("año 👩‍👩‍👧 ñandú\n\tok");
  expect(neutral("a\uD800b")).toBe("ab");
});

test("what is sent holds nothing that the server refuses as binary", () => {
  expect(sendable("a\r\nb\u0000c\u000Bd\u001Be")).toBe("a\nbcde");
  expect(sendable("x\uDC00")).toBe("x\uFFFD");
});

test("the form needs a message and one way to answer", () => {
  expect(Object.keys(checkForm({ message: " " }, en))).toEqual(["message", "phone"]);
  expect(checkForm({ message: "hi", email: "ana@example.com" }, en)).toEqual({});
  expect(checkForm({ message: "hi", phone: "+34 600 123 456" }, en)).toEqual({});
  expect(checkForm({ message: "hi", phone: "600" }, en).phone).toBe(en.badPhone);
  expect(checkForm({ message: "hi", email: "ana@" }, es).email).toBe(es.badEmail);
  expect(checkForm({ message: "ñ".repeat(5000), phone: "600123456" }, en).message).toBe(en.tooLong);
});

test("the server's complaint is shown at its field, in the customer's language", () => {
  expect(explain({ phone: "write a phone number" }, es)).toEqual({ phone: es.badPhone });
});

test("times are said as people say them", () => {
  const now = new Date(2026, 10, 20, 12, 0);
  expect(dueTime(new Date(2026, 10, 20, 18, 30), now, "en", en)).toBe("18:30 today");
  expect(dueTime(new Date(2026, 10, 20, 18, 30), now, "es", es)).toBe("las 18:30 de hoy");
  expect(dueTime(new Date(2026, 10, 23, 10, 30), now, "en", en)).toBe("Monday 10:30");
  expect(dueTime(new Date(2026, 10, 23, 1, 15), now, "es", es)).toBe("la 01:15 del lunes");
  expect(dueTime(new Date(2026, 11, 24, 10, 30), now, "es", es)).toBe("las 10:30 del 24 de diciembre");
  expect(dayName(new Date(2026, 10, 19, 23, 0), now, "es", es)).toBe("Ayer");
});

const message = (id: string, author: Message["author"], agent?: string): Message => ({
  id, author, cursor: id, kind: "text", text: id, language: "en", at: "2026-11-20T10:00:00Z", agent: agent ?? null,
});

test("the timeline keeps the server's order and takes each message once", () => {
  const timeline = new Timeline();
  timeline.add([message("1", "bot"), message("2", "customer")]);
  const fresh = timeline.add([message("2", "customer"), message("3", "agent", "Ana"), message("3", "agent", "Ana")]);
  expect(timeline.messages.map(({ id }) => id)).toEqual(["1", "2", "3"]);
  expect(fresh.map(({ id }) => id)).toEqual(["3"]);
  expect(timeline.agent).toBe("Ana");
});
