import { options, render, type VNode } from "preact";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { merged } from "../src/logic/queue";
import * as state from "../src/state";
import { Nav } from "../src/views/Nav";
import { Offer } from "../src/views/Offer";
import { Queue } from "../src/views/Queue";
import { item, ME } from "./items";

/** Preact calls it before a component is drawn; its built name. */
const hooked = options as unknown as { __r?: (node: VNode) => void };
const before = hooked.__r;
let drawn: string[] = [];
const root = document.createElement("div");
const frame = (): Promise<void> => new Promise((done) => setTimeout(done, 60));

/** Until what is looked for is there, and two frames more in which nothing is drawn. */
async function settled(there: () => boolean): Promise<void> {
  await vi.waitFor(() => expect(there()).toBe(true), { timeout: 10_000 });
  for (let count = -1; count !== drawn.length; await frame()) count = drawn.length;
}

const many = Array.from({ length: 200 }, (_, at) =>
  item({ reference: `R-${at}`, deadline_at: `2026-11-20T10:${String(10 + (at % 40))}:00Z`, evidence: `words ${at}` }),
);

beforeEach(async () => {
  hooked.__r = (node) => {
    before?.(node);
    const named = node.type as { name?: string };
    drawn.push(`${named.name ?? "?"} ${(node.props as { reference?: string }).reference ?? ""}`.trim());
  };
  const agent = { id: ME, name: "Ana", role: "supervisor" as const, languages: ["en"], capacity: 4 };
  state.session.set({ csrf: "", agent, business: "Shop", has_password: true, must_enrol: false, now: "2026-11-20T10:00:00Z" });
  state.cases.set(new Map(many.map((each) => [each.reference, each])));
  document.body.append(root);
  render(
    <>
      <Offer />
      <Nav />
      <Queue />
    </>,
    root,
  );
  await settled(() => root.querySelectorAll(".row").length === many.length);
  drawn = [];
});

afterEach(() => {
  render(null, root);
  if (before) hooked.__r = before;
  else delete hooked.__r;
});

const change = async (values: Parameters<typeof item>[0]): Promise<string[]> => {
  state.cases.update((cases) => merged(cases, [item(values)]));
  await settled(() => drawn.length > 0);
  return drawn;
};

describe("an update of one chat", () => {
  it("draws the row of that chat, and nothing else of the page", async () => {
    const shown = await change({ ...many[7], evidence: "something new" });
    expect(root.querySelectorAll(".row")).toHaveLength(200);
    expect(root.textContent).toContain("something new");
    expect(new Set(shown.filter((each) => / R-/.test(each)))).toEqual(new Set(["Pure R-7"]));
    expect(shown.filter((each) => /^(Queue|Groups|Group|Nav|Offer|Place)\b/.test(each))).toEqual([]);
    expect(shown.length).toBeLessThan(8); // the row and its parts
  });

  it("draws the lists and no other row when a chat moves", async () => {
    const shown = await change({ ...many[7], urgency: "high" });
    expect(root.querySelector(".row")?.getAttribute("data-reference")).toBe("R-7");
    expect(shown.map((each) => each.split(" ")[0])).toEqual(expect.arrayContaining(["Queue", "Group"]));
    expect(new Set(shown.filter((each) => / R-/.test(each)))).toEqual(new Set(["Pure R-7"]));
  });
});
