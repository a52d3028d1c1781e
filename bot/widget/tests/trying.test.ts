import { beforeEach, describe, expect, it } from "vitest";
import { testBox } from "../src/panel/trying";

describe("a test conversation that the address names", () => {
  beforeEach(() => history.replaceState(null, "", "/widget/"));

  it("is what the panel finds, and the address forgets it", () => {
    history.replaceState(null, "", "/widget/?language=es#test=abc123:abc123.99.x_Y-z");
    const box = testBox();
    expect(JSON.parse(box?.get("relevo:conversation") ?? "null")).toEqual({ id: "abc123", token: "abc123.99.x_Y-z" });
    expect(location.hash).toBe("");
    expect(location.search).toBe("?language=es");
    expect(testBox()).toBeNull();
  });

  it.each(["", "#", "#test=", "#test=a", "#test=a:", "#test=a:b c", "#other=a:b"])("is not read out of %j", (hash) => {
    history.replaceState(null, "", `/widget/${hash}`);
    expect(testBox()).toBeNull();
  });
});
