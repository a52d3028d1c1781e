import { expect, test } from "vitest";
import { EventParser } from "../src/panel/net/parser";

const STREAM =
  ': ping\r\n\r\nid: c1\r\nevent: message\r\ndata: {"text":"¿qué tal?"}\r\n\r\nid: c2\nevent: state\ndata: a\ndata: b\n\nevent: empty\n\ndata: plain\n\n';
const EVENTS = [
  { id: "c1", event: "message", data: '{"text":"¿qué tal?"}' },
  { id: "c2", event: "state", data: "a\nb" },
  { id: "c2", event: "message", data: "plain" },
];

test("events are the same wherever the stream is cut", () => {
  for (let size = 1; size <= STREAM.length; size++) {
    const parser = new EventParser();
    const found = [];
    for (let at = 0; at < STREAM.length; at += size) found.push(...parser.feed(STREAM.slice(at, at + size)));
    expect(found).toEqual(EVENTS);
  }
});

test("an unfinished event is not told", () => {
  expect(new EventParser().feed("id: c1\ndata: half")).toEqual([]);
});

test("a byte order mark and a field without a colon do no harm", () => {
  expect(new EventParser().feed("\uFEFFdata: x\nretry\n\n")).toEqual([{ id: "", event: "message", data: "x" }]);
});
