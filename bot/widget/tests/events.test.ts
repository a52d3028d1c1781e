import { afterEach, expect, test, vi } from "vitest";
import { makeApi } from "../src/loader/api";
import { Events } from "../src/loader/events";
import type { Widget } from "../src/loader/widget";

const failed = vi.fn();
vi.stubGlobal("reportError", failed);
afterEach(() => failed.mockClear());

function made() {
  const calls: string[] = [];
  const note = (name: string) => (given?: unknown) => void calls.push(given === undefined ? name : `${name} ${JSON.stringify(given)}`);
  const widget = { open: note("open"), close: note("close"), toggle: note("toggle"), language: note("language"), tell: note("tell") };
  const events = new Events();
  return { calls, events, api: makeApi(widget as unknown as Widget, events) };
}

test("calls of before are made in their order", () => {
  const { api, calls } = made();
  api.push(["language", "es"], ["prefill", "my order"], (relevo) => relevo.open());
  expect(calls).toEqual(['language "es"', 'tell {"relevo":"prefill","value":"my order"}', "open"]);
});

test("a mistaken call keeps nothing else back", () => {
  const { api, calls } = made();
  api.push(["nothing"], () => { throw new Error("theirs"); }, ["open"]);
  expect(calls).toEqual(["open"]);
  expect(failed).toHaveBeenCalledTimes(2);
});

test("who listens late hears `ready` all the same, and once", async () => {
  const { api, events } = made();
  const early = vi.fn();
  const late = vi.fn();
  api.on("ready", early);
  events.tell("ready");
  events.tell("ready");
  api.on("ready", late);
  expect([early.mock.calls.length, late.mock.calls.length]).toEqual([1, 1]);
  expect(await api.ready).toBe(api);
});

test("a listener hears until it is taken off, and one that fails stops no other", () => {
  const { api, events } = made();
  const heard = vi.fn();
  api.on("unread", () => { throw new Error("theirs"); });
  api.on("unread", heard);
  events.tell("unread", 2);
  api.off("unread", heard);
  events.tell("unread", 3);
  expect(heard.mock.calls).toEqual([[2]]);
  expect(failed).toHaveBeenCalledTimes(2);
});
