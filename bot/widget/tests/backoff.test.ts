import { expect, test } from "vitest";
import { Backoff } from "../src/panel/net/backoff";

test("waits longer each time up to a limit, with chance in it, and starts again after a success", () => {
  const backoff = new Backoff();
  const waits = Array.from({ length: 8 }, () => backoff.next(0, 1));
  expect(waits).toEqual([300, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
  expect(backoff.next(0, 0)).toBe(7500);
  backoff.reset();
  expect(backoff.next(0, 1)).toBe(300);
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
