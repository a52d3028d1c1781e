import { afterEach, describe, expect, it } from "vitest";
import { draftOf, forgetWork, keepDraft, keepUnconfirmed, read, unconfirmedOf, write } from "../src/logic/kept";

afterEach(() => localStorage.clear());

describe("what stays in the browser", () => {
  it("is a draft for each case, until it is empty", () => {
    keepDraft("R-1", "hola");
    keepDraft("R-2", "hello");
    expect(draftOf("R-1")).toBe("hola");
    keepDraft("R-1", "");
    expect(draftOf("R-1")).toBe("");
    expect(draftOf("R-2")).toBe("hello");
  });

  it("is every reply that was not confirmed", () => {
    const reply = { client_id: "c", text: "hola", at: "2026-11-20T10:00:00Z" };
    keepUnconfirmed("R-1", [reply]);
    expect(unconfirmedOf("R-1")).toEqual([reply]);
    keepUnconfirmed("R-1", []);
    expect(unconfirmedOf("R-1")).toEqual([]);
  });

  it("survives nonsense in the storage", () => {
    write("unconfirmed.R-1", "{broken");
    expect(unconfirmedOf("R-1")).toEqual([]);
    write("unconfirmed.R-1", '[1, {"text": 2}]');
    expect(unconfirmedOf("R-1")).toEqual([]);
  });

  it("leaves with the agent, except their own choices", () => {
    keepDraft("R-1", "hola");
    write("language", "es");
    forgetWork();
    expect(draftOf("R-1")).toBe("");
    expect(read("language")).toBe("es");
  });
});
