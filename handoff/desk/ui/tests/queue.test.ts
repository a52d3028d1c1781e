import { describe, expect, it } from "vitest";
import { attention, found, grouped, merged, neighbour, offersTo } from "../src/logic/queue";
import { item, ME } from "./items";

const luis = { id: "luis", name: "Luis" };
const ana = { id: ME, name: "Ana" };

describe("merging snapshots", () => {
  it("drops one that is older than what is known", () => {
    const known = merged(new Map(), [item({ version: 3, state: "active", agent: ana })]);
    const next = merged(known, [item({ version: 2 })]);
    expect(next.get("R-222222")?.version).toBe(3);
  });

  it("takes one of the same version: messages do not raise it", () => {
    const known = merged(new Map(), [item({ unseen: 0 })]);
    expect(merged(known, [item({ unseen: 2 })]).get("R-222222")?.unseen).toBe(2);
  });

  it("lets an ended case leave", () => {
    const known = merged(new Map(), [item()]);
    expect(merged(known, [item({ version: 2, state: "resolved" })]).size).toBe(0);
  });

  it("keeps the same map when there is nothing new", () => {
    const known = merged(new Map(), [item()]);
    expect(merged(known, [])).toBe(known);
  });
});

describe("groups", () => {
  it("show who lost their agent first, whatever the deadlines, but after the more urgent", () => {
    const cases = [
      item({ reference: "earlier", deadline_at: "2026-11-20T10:01:00Z" }),
      item({ reference: "again", front: true, deadline_at: "2026-11-20T10:09:00Z" }),
      item({ reference: "urgent", urgency: "high", deadline_at: "2026-11-20T10:09:00Z" }),
    ];
    expect(grouped(cases, ME).waiting.map((each) => each.reference)).toEqual(["urgent", "again", "earlier"]);
  });

  it("are offers to me, mine, waiting and others", () => {
    const groups = grouped(
      [
        item({ reference: "a", state: "offered", offered_to: ana }),
        item({ reference: "b", state: "offered", offered_to: luis }),
        item({ reference: "c", state: "active", agent: ana }),
        item({ reference: "d", state: "calling", agent: luis }),
        item({ reference: "e", state: "collecting" }),
        item({ reference: "f", state: "promised" }),
      ],
      ME,
    );
    expect(groups.offers.map((each) => each.reference)).toEqual(["a"]);
    expect(groups.waiting.map((each) => each.reference)).toEqual(["b", "e"]);
    expect(groups.mine.map((each) => each.reference)).toEqual(["c"]);
    expect(groups.others.map((each) => each.reference)).toEqual(["d"]);
  });

  it("go by urgency, then by deadline", () => {
    const groups = grouped(
      [
        item({ reference: "late", deadline_at: "2026-11-20T10:09:00Z" }),
        item({ reference: "soon", deadline_at: "2026-11-20T10:01:00Z" }),
        item({ reference: "safety", urgency: "safety", deadline_at: "2026-11-20T10:30:00Z" }),
        item({ reference: "high", urgency: "high", deadline_at: null }),
      ],
      ME,
    );
    expect(groups.waiting.map((each) => each.reference)).toEqual(["safety", "high", "soon", "late"]);
  });

  it("count for attention: waiting, offers, and mine with something unread", () => {
    const cases = [
      item({ reference: "a" }),
      item({ reference: "b", state: "active", agent: ana, unseen: 1 }),
      item({ reference: "c", state: "active", agent: ana }),
      item({ reference: "d", state: "active", agent: luis, unseen: 4 }),
      item({ reference: "e", state: "offered", offered_to: ana }),
      item({ reference: "f", state: "promised" }),
    ];
    expect(attention(cases, ME)).toBe(3);
    expect(offersTo(cases, ME).map((each) => each.reference)).toEqual(["e"]);
  });
});

describe("search", () => {
  it("finds every word, without accents or case", () => {
    expect(found(item({ evidence: "¿Dónde está mi pedido?" }), "DONDE pedido")).toBe(true);
    expect(found(item({ evidence: "¿Dónde está mi pedido?" }), "donde factura")).toBe(false);
  });
});

describe("j and k", () => {
  it("stay inside the list", () => {
    expect(neighbour(["a", "b"], null, 1)).toBe("a");
    expect(neighbour(["a", "b"], "a", 1)).toBe("b");
    expect(neighbour(["a", "b"], "b", 1)).toBe("b");
    expect(neighbour(["a", "b"], null, -1)).toBe("b");
    expect(neighbour([], "a", 1)).toBeNull();
  });
});
