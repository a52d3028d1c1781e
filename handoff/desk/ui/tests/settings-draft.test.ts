import { describe, expect, it } from "vitest";
import { changesOf } from "../src/logic/settings/person";
import { at, differences, listed, nameOf, put, rebased, wrongAt } from "../src/logic/settings/draft";

const base = {
  name: "Aurora",
  levels: { normal: { answer_by: "3m", ladder: ["agents"] } },
  exceptions: [{ date: "2026-12-24", intervals: ["09:00-13:00"], name: {} }],
};

describe("a draft of the settings", () => {
  it("changes one place and leaves the rest as it was", () => {
    const changed = put(base, ["levels", "normal", "answer_by"], "2m");
    expect(at(changed, ["levels", "normal", "answer_by"])).toBe("2m");
    expect(base.levels.normal.answer_by).toBe("3m");
    expect(changed.exceptions).toBe(base.exceptions);
    expect(at(base, ["nothing", "there"])).toBeUndefined();
  });

  it("names places as the server does", () => {
    expect(nameOf(["exceptions", 0, "intervals", 1])).toBe("exceptions[0].intervals[1]");
  });

  it("tells what differs, dates by their date", () => {
    const after = put(put(base, ["levels", "normal", "ladder"], ["agents", "on_call"]), ["exceptions"], []);
    expect(differences(base, after).map((each) => each.path)).toEqual(["levels.normal.ladder", "exceptions[2026-12-24]"]);
    expect(differences(base, base)).toEqual([]);
  });

  it("puts my changes on somebody else's, and mine win where both changed", () => {
    const mine = put(put(base, ["name"], "Mine"), ["exceptions", 1], { date: "2026-12-31", intervals: [], name: {} });
    const theirs = put(put(base, ["name"], "Theirs"), ["levels", "normal", "answer_by"], "1m");
    const both = rebased(base, mine, theirs);
    expect(at(both, ["name"])).toBe("Mine");
    expect(at(both, ["levels", "normal", "answer_by"])).toBe("1m");
    expect((both["exceptions"] as { date: string }[]).map((each) => each.date)).toEqual(["2026-12-24", "2026-12-31"]);
    expect(rebased(base, put(base, ["exceptions"], []), theirs)["exceptions"]).toEqual([]);
  });

  it("reads a list from lines and commas", () => {
    expect(listed(" 09:00-14:00, 15:30-19:00\n\n")).toEqual(["09:00-14:00", "15:30-19:00"]);
  });

  it("finds what is wrong inside a place, and not beside it", () => {
    const wrong = new Map([
      ["hours.mon[1]", { code: "invalid", message: "x" }],
      ["hours.monday", { code: "unknown", message: "y" }],
    ]);
    expect(wrongAt(wrong, "hours.mon").map((each) => each.code)).toEqual(["invalid"]);
    expect(wrongAt(wrong, "hours").length).toBe(2);
  });
});

describe("what is changed of a person", () => {
  const loaded = { name: "Ana", role: "agent", languages: ["es", "en"], skills: ["billing"], capacity: null, shift: "" } as const;

  it("is only what differs from what was loaded, so that an old form gives no role back", () => {
    const read = { ...loaded, languages: ["en", "es"], name: "Ana Maria" };
    expect(changesOf(loaded, read)).toEqual({ name: "Ana Maria" });
    expect(changesOf(loaded, { ...loaded })).toEqual({});
  });

  it("keeps a capacity and teams that are taken away", () => {
    expect(changesOf({ ...loaded, capacity: 3 }, { ...loaded, skills: [] })).toEqual({ skills: [], capacity: null });
  });
});
