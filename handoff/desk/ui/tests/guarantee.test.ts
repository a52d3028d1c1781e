import { describe, expect, it } from "vitest";
import { runnable, shareOf } from "../src/logic/guarantee";
import { chooseLanguage } from "../src/logic/words";

describe("the guarantee's numbers", () => {
  it("say that there is no basis rather than 0 %", () => {
    chooseLanguage("en");
    expect(shareOf(null, "en")).toBe("no cases yet");
    expect(shareOf(0, "en")).toBe("0 %");
    expect(shareOf(97.5, "es")).toBe("97,5 %");
  });

  it("come with a query that can be run as it stands", () => {
    const parameters = { late: "2026-11-20T10:00:00+00:00", since: "" };
    expect(runnable("SELECT 1 WHERE a < :late AND b >= :since", parameters)).toBe(
      "SELECT 1 WHERE a < '2026-11-20T10:00:00+00:00' AND b >= ''",
    );
    expect(runnable("x = :unknown AND y = :since", { since: "it's" })).toBe("x = :unknown AND y = 'it''s'");
  });
});
