import { describe, expect, it } from "vitest";
import { NOTHING, policyOf, previewOf, snippetOf } from "../src/logic/settings/embed";

const HERE = "https://chat.example.com";

describe("the line for a website", () => {
  it("needs nothing but the tag", () => {
    expect(snippetOf(HERE, NOTHING)).toBe('<script async src="https://chat.example.com/widget.js" data-relevo></script>');
  });

  it("has what was chosen, and nothing that breaks out of it", () => {
    const line = snippetOf(HERE, { ...NOTHING, language: "es", accent: " #fc0 ", inline: '"><script>' });
    expect(line).toContain(' data-language="es"');
    expect(line).toContain(' data-accent="#fc0"');
    expect(line).toContain(' data-inline="&quot;&gt;&lt;script&gt;"');
    expect(new DOMParser().parseFromString(line, "text/html").querySelectorAll("script")).toHaveLength(1);
  });

  it("is previewed floating, whatever its place on the site", () => {
    expect(previewOf({ ...NOTHING, accent: "#fc0", inline: "#help", launcher: "hidden" })).toBe("/widget/preview?accent=%23fc0");
  });

  it("names the sources that a policy must allow", () => {
    expect(policyOf(HERE)).toBe("script-src https://chat.example.com; frame-src https://chat.example.com");
  });
});
