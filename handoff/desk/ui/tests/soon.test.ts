import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Soon } from "../src/logic/soon";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("who asks again and again does not put it off", () => {
  let done = 0;
  const soon = new Soon(async () => void (done += 1));
  for (let at = 0; at < 5; at += 1) {
    soon.in(1000);
    vi.advanceTimersByTime(300);
  }
  expect(done).toBe(1);
});

test("what is asked for while it runs comes once more, after it", async () => {
  let finish: () => void = () => undefined;
  let done = 0;
  const soon = new Soon(() => {
    done += 1;
    return new Promise<void>((end) => (finish = end));
  });
  soon.in(0);
  vi.advanceTimersByTime(1);
  soon.in(10);
  soon.in(10);
  vi.advanceTimersByTime(100);
  expect(done).toBe(1);
  finish();
  await vi.advanceTimersByTimeAsync(20);
  expect(done).toBe(2);
});

test("stopped, nothing comes any more", () => {
  let done = 0;
  const soon = new Soon(async () => void (done += 1));
  soon.in(5);
  soon.stop();
  vi.advanceTimersByTime(100);
  expect(done).toBe(0);
});
