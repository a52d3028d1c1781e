import { describe, expect, it } from "vitest";
import { ApiError } from "../src/api";
import { said } from "../src/logic/errors";
import { hashOf, inviteIn, routeOf } from "../src/logic/routes";
import { chooseLanguage } from "../src/logic/words";
import { item, ME } from "./items";

describe("the address", () => {
  it("goes round", () => {
    for (const hash of ["#/", "#/case/R-7K3M9Q", "#/callbacks", "#/callbacks/R-7K3M9Q", "#/notices", "#/notices/R-7K3M9Q", "#/guarantee", "#/knowledge", "#/knowledge/entry/shop-hours", "#/knowledge/releases"]) {
      expect(hashOf(routeOf(hash))).toBe(hash);
    }
  });

  it("is the queue when it makes no sense", () => {
    expect(routeOf("#nonsense/%E0%A4%A")).toEqual({ view: "queue", reference: null });
    expect(routeOf("")).toEqual({ view: "queue", reference: null });
  });

  it("holds an invite only in its own form", () => {
    expect(inviteIn("#invite=abc_-123")).toBe("abc_-123");
    expect(inviteIn("#invite=<script>")).toBeNull();
    expect(inviteIn("#/case/R-1")).toBeNull();
  });
});

describe("what went wrong", () => {
  const luis = { id: "luis", name: "Luis" };

  it("says who took the chat first", () => {
    chooseLanguage("en");
    const held = item({ state: "active", agent: luis });
    expect(said(new ApiError("stale_version", "", 409), held, ME)).toBe("Luis took this chat first.");
    expect(said(new ApiError("already_held", "", 409), held, ME)).toBe("Luis took this chat first.");
  });

  it("says it even before the case could be read again", () => {
    const held = new ApiError("already_held", "Luis holds this chat", 409, { agent: "Luis" });
    expect(said(held, item(), ME)).toBe("Luis took this chat first.");
  });

  it("says where the case is now", () => {
    expect(said(new ApiError("stale_version", "", 409), item({ state: "promised" }), ME)).toContain("callback promised");
  });

  it("says in words what every stable code means, and passes on what it does not know", () => {
    expect(said(new ApiError("at_capacity", "", 409))).toMatch(/Finish one first/);
    expect(said(new ApiError("brand_new", "It is raining.", 418))).toContain("It is raining.");
  });
});
