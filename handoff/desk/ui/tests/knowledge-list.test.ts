import { afterEach, describe, expect, it, vi } from "vitest";
import { knowledge } from "../src/api-knowledge";

const WANTED = { q: "", state: "", topic: "" };

/** A server with so many answers; gives the limit and offset of each call. */
function serving(total: number): [number, number][] {
  const asked: [number, number][] = [];
  vi.stubGlobal("fetch", (address: string) => {
    const query = new URL(address, "http://desk.example").searchParams;
    const [limit, offset] = [Number(query.get("limit")), Number(query.get("offset"))];
    asked.push([limit, offset]);
    const entries = Array.from({ length: Math.max(0, Math.min(limit, total - offset)) }, (_, at) => ({ item_id: `a${offset + at}` }));
    return Promise.resolve(new Response(JSON.stringify({ entries, total, topics: ["shop"] })));
  });
  return asked;
}

afterEach(() => vi.unstubAllGlobals());

describe("the list of answers", () => {
  it("is read as far as one wants, in one call where that is enough", async () => {
    const asked = serving(450);
    const page = await knowledge.list(WANTED, 200);
    expect([page.entries.length, page.total, page.topics]).toEqual([200, 450, ["shop"]]);
    expect(asked).toEqual([[200, 0]]);
  });

  it("has no end at a thousand", async () => {
    const asked = serving(2300);
    expect((await knowledge.list(WANTED)).entries.length).toBe(2300);
    expect((await knowledge.list(WANTED, 1400)).entries.length).toBe(1400);
    expect(asked.slice(0, 3)).toEqual([[1000, 0], [1000, 1000], [1000, 2000]]);
    expect(asked.slice(3)).toEqual([[1000, 0], [400, 1000]]);
  });

  it.each([0, 1, 1000])("ends where there are %i", async (total) => {
    serving(total);
    expect((await knowledge.list(WANTED)).entries.length).toBe(total);
  });
});
