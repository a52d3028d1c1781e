import { expect, test } from "vitest";
import { parseBlocks, parseInline, safeLink } from "../src/panel/text/markdown";
import { drawMarkdown, drawPlain } from "../src/panel/view/prose";

const html = (text: string) => {
  const place = document.createElement("div");
  place.append(...drawMarkdown(text));
  return place;
};

test("bold, italic, lists and links are drawn", () => {
  const place = html("**Dos** a *cuatro* días:\n\n- uno\n- _dos_\n\n1. primero\n2. segundo\n\n[Guía](https://example.com/a).");
  expect(place.querySelector("strong")?.textContent).toBe("Dos");
  expect([...place.querySelectorAll("em")].map((each) => each.textContent)).toEqual(["cuatro", "dos"]);
  expect(place.querySelectorAll("ul > li")).toHaveLength(2);
  expect(place.querySelectorAll("ol > li")).toHaveLength(2);
  const link = place.querySelector("a");
  expect(link?.href).toBe("https://example.com/a");
  expect(link?.rel).toBe("noopener noreferrer");
  expect(link?.target).toBe("_blank");
});

test("lines of one paragraph stay lines, and empty ones make paragraphs", () => {
  expect(html("a\nb\n\nc").querySelectorAll("p")).toHaveLength(2);
  expect(html("a\nb").querySelectorAll("br")).toHaveLength(1);
});

test.each(["5 * 3 * 2", "snake_case_name", "2*3*4", "a ** b ** c", "* not a list*", "**", "__", "[x]", "[x](y", "R-7K3M9Q"])(
  "%s keeps its characters",
  (text) => {
    expect(html(text).querySelector("em, strong, a")).toBeNull();
  },
);

test.each(["javascript:alert(1)", "data:text/html,x", "http://example.com", "vbscript:x", "file:///etc", "//evil", "https://a:b@example.com", " java\tscript:alert(1)"])(
  "%s is no link",
  (address) => {
    expect(safeLink(address)).toBeNull();
    expect(html(`[click](${address})`).querySelector("a")).toBeNull();
  },
);

test("telephone and mail addresses are links, bare ones end before the full stop", () => {
  expect(safeLink("tel:+34600123456")).toBe("tel:+34600123456");
  expect(safeLink("mailto:ana@example.com")).toBe("mailto:ana@example.com");
  expect(parseInline("Ver https://example.com/x, gracias.")).toEqual([
    "Ver ",
    { kind: "link", href: "https://example.com/x", of: ["https://example.com/x"] },
    ",",
    " gracias.",
  ]);
});

test("a reference stays in one piece", () => {
  const place = html("Your case is R-7K3M9Q.");
  expect(place.querySelector(".reference")?.textContent).toBe("R-7K3M9Q");
  expect(place.textContent).toBe("Your case is R-7K3M9Q.");
});

const ATTACKS = [
  "<script>alert(1)</script>",
  '<img src=x onerror="alert(1)">',
  "**<svg/onload=alert(1)>**",
  "[<b>x</b>](https://example.com)",
  '[x](https://example.com"onmouseover="alert(1))',
  "- <iframe src=javascript:alert(1)>",
  "&lt;script&gt;",
];

test.each(ATTACKS)("%s stays text", (attack) => {
  for (const place of [html(attack), ...drawPlain(attack)]) {
    expect(place.querySelector("script, img, svg, b, iframe")).toBeNull();
    for (const link of place.querySelectorAll("a")) expect(link.getAttributeNames().sort()).toEqual(["href", "rel", "target"]);
  }
});

test("long hostile input ends quickly", () => {
  const started = performance.now();
  for (const text of ["*".repeat(8000), "[".repeat(8000), "**a".repeat(2500), "_a ".repeat(2500), "[a](".repeat(2000)]) parseBlocks(text);
  expect(performance.now() - started).toBeLessThan(1500);
});
