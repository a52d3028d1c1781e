import { describe, expect, it } from "vitest";
import { partsOf } from "../src/logic/prose";

describe("an approved answer", () => {
  it("keeps the weight of emphasis and loses its marks", () => {
    expect(partsOf("Free from **99 €**.")).toEqual([
      { text: "Free from ", strong: false },
      { text: "99 €", strong: true },
      { text: ".", strong: false },
    ]);
  });

  it("says where a link leads", () => {
    expect(partsOf("See [the guide](https://example.com/g)")).toEqual([
      { text: "See ", strong: false },
      { text: "the guide (https://example.com/g)", strong: false },
    ]);
  });

  it.each(["", "2 ** 3", "**", "[x]", "a * b"])("leaves %j as it is", (text) => {
    expect(partsOf(text).map((part) => part.text).join("")).toBe(text);
  });
});
