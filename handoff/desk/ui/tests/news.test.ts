import { describe, expect, it } from "vitest";
import { newsIn } from "../src/logic/news";
import { item, ME } from "./items";

const me = { id: ME, name: "Ana" };
const luis = { id: "luis", name: "Luis" };
const known = new Map([
  ["waits", item({ reference: "waits" })],
  ["mine", item({ reference: "mine", state: "active", agent: me, unseen: 1 })],
  ["offered", item({ reference: "offered", state: "offered", offered_to: me, version: 4 })],
] as const);
const kinds = (...items: Parameters<typeof newsIn>[0]): string[] => newsIn(items, known, ME).map((each) => `${each.kind} ${each.item.reference}`);

describe("news", () => {
  it("is what waits, is offered to me or was said to me, the most pressing first", () => {
    expect(
      kinds(
        item({ reference: "new" }),
        item({ reference: "mine", state: "active", agent: me, unseen: 2 }),
        item({ reference: "waits", state: "offered", offered_to: me }),
      ),
    ).toEqual(["offer waits", "message mine", "chat new"]);
  });

  it("is not what was known, what others hold, or a snapshot that is older", () => {
    expect(
      kinds(
        item({ reference: "waits", unseen: 3 }),
        item({ reference: "offered", state: "offered", offered_to: me, version: 4 }),
        item({ reference: "theirs", state: "active", agent: luis, unseen: 9 }),
        item({ reference: "offered", state: "active", agent: me, unseen: 5, version: 3 }),
      ),
    ).toEqual([]);
  });
});
