import { expect, test } from "vitest";
import { Backoff } from "../src/panel/net/backoff";

test("waits longer each time up to a limit, with chance in it, and starts again after a success", () => {
  const backoff = new Backoff();
  const waits = Array.from({ length: 14 }, () => backoff.next(0, 1));
  expect([...waits].sort((one, other) => one - other)).toEqual(waits);
  expect([waits[0], waits.at(-2), waits.at(-1)]).toEqual([300, 15_000, 15_000]);
  expect(backoff.next(0, 0)).toBe(7500);
  backoff.reset();
  expect(backoff.next(0, 1)).toBe(300);
});

test("is back within 5 s of a service that restarts within half a minute", () => {
  const backoff = new Backoff();
  let at = 0;
  while (at < 30_000) {
    const wait = backoff.next(0, 1);
    expect(wait).toBeLessThanOrEqual(5000);
    at += wait;
  }
});

test("waits at least as long as the server asks", () => {
  expect(new Backoff().next(5000, 0)).toBe(5000);
});

test("a pause ends at once when the world looks better", async () => {
  const backoff = new Backoff();
  const started = performance.now();
  const pause = backoff.pause(60_000);
  backoff.hurry();
  await pause;
  expect(performance.now() - started).toBeLessThan(1000);
});
