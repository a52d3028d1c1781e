import { expect, test } from "vitest";
import { CallFailed } from "../src/panel/net/errors";
import { type Item, Outbox } from "../src/panel/outbox";
import { MemoryBox } from "../src/panel/storage";

const NOW = 1_700_000_000_000;

test("sends in the order of writing and forgets what the server confirmed", async () => {
  const outbox = new Outbox(new MemoryBox());
  for (const text of ["one", "two", "three"]) outbox.add("message", text, NOW);
  const sent: string[] = [];
  const flushed = await outbox.flush(async (item) => void sent.push(item.text));
  expect(sent).toEqual(["one", "two", "three"]);
  expect(flushed).toEqual({ result: "empty" });
  expect(outbox.items).toEqual([]);
});

test("an item survives a reload with the same client id", () => {
  const box = new MemoryBox();
  const { clientId } = new Outbox(box).add("message", "hello", NOW);
  expect(new Outbox(box).items.map((item) => [item.clientId, item.text])).toEqual([[clientId, "hello"]]);
});

test.each([0, 408, 429, 500, 503])("status %i keeps everything for later and asks for no decision", async (status) => {
  const outbox = new Outbox(new MemoryBox());
  outbox.add("message", "one", NOW);
  outbox.add("message", "two", NOW);
  const flushed = await outbox.flush(() => Promise.reject(new CallFailed(status, "x", { retry_after: "3" })));
  expect(flushed).toEqual({ result: "later", wait: 3000 });
  expect(outbox.items.map((item) => item.failed)).toEqual([undefined, undefined]);
});

test("a refused token keeps everything and says so", async () => {
  const outbox = new Outbox(new MemoryBox());
  outbox.add("message", "one", NOW);
  expect(await outbox.flush(() => Promise.reject(new CallFailed(401, "not_authenticated")))).toEqual({ result: "refused" });
  expect(outbox.items).toHaveLength(1);
});

test("what only the customer can mend is marked, and the next one still goes out", async () => {
  const outbox = new Outbox(new MemoryBox());
  outbox.add("message", "too long", NOW);
  outbox.add("message", "fine", NOW);
  const sent: string[] = [];
  await outbox.flush(async (item) => {
    if (item.text === "too long") throw new CallFailed(413, "too_large");
    sent.push(item.text);
  });
  expect(sent).toEqual(["fine"]);
  expect(outbox.items.map((item) => item.failed)).toEqual(["too_large"]);
});

test("a retry uses the same client id, but a new one when it was taken", () => {
  const outbox = new Outbox(new MemoryBox());
  const item = outbox.add("message", "hello", NOW);
  outbox.retry({ ...item, failed: "unknown" });
  expect(outbox.items[0]).toMatchObject({ clientId: item.clientId });
  outbox.retry({ ...item, failed: "client_id_reused" });
  expect(outbox.items).toHaveLength(1);
  expect(outbox.items[0]?.clientId).not.toBe(item.clientId);
  expect(outbox.items[0]?.failed).toBeUndefined();
});

test("asking twice for a person is one asking", () => {
  const outbox = new Outbox(new MemoryBox());
  const first = outbox.add("person", "", NOW);
  expect(outbox.add("person", "", NOW + 1).clientId).toBe(first.clientId);
  expect(outbox.items).toHaveLength(1);
});

test("two flushes at once send each item once", async () => {
  const outbox = new Outbox(new MemoryBox());
  outbox.add("message", "one", NOW);
  const sent: Item[] = [];
  const send = async (item: Item) => {
    await Promise.resolve();
    sent.push(item);
  };
  await Promise.all([outbox.flush(send), outbox.flush(send)]);
  expect(sent).toHaveLength(1);
});

test("an item that the stream confirmed is not sent again", () => {
  const outbox = new Outbox(new MemoryBox());
  const item = outbox.add("message", "one", NOW);
  outbox.settle(item.clientId);
  expect(outbox.items).toEqual([]);
});

test("what somebody else wrote into the storage is passed over", () => {
  const box = new MemoryBox();
  box.set("relevo:unsent:1", "not json");
  box.set("relevo:unsent:2", '{"text": 5}');
  expect(new Outbox(box).items).toEqual([]);
});
