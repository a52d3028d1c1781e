// Draws limited Markdown, or plain text, with DOM calls.

import { type Block, type Inline, parseBlocks } from "../text/markdown";
import { neutral } from "../text/neutral";
import { h } from "./dom";

export function drawMarkdown(text: string): HTMLElement[] {
  return parseBlocks(neutral(text)).map(drawBlock);
}

/** What a customer wrote, as they wrote it. */
export function drawPlain(text: string): HTMLElement[] {
  return [h("p", { dir: "auto", class: "plain" }, neutral(text))];
}

const REFERENCE = /(\bR-[2-9A-Z]{6}\b)/;

/** References stay in one piece at the end of a line: they are read aloud. */
function drawText(text: string): (Node | string)[] {
  return text.split(REFERENCE).map((part) => (REFERENCE.test(part) ? h("span", { class: "reference" }, part) : part));
}

function drawBlock(block: Block): HTMLElement {
  if (block.kind === "list") {
    const items = block.items.map((item) => h("li", { dir: "auto" }, ...item.flatMap(drawInline)));
    return h(block.ordered ? "ol" : "ul", {}, ...items);
  }
  const lines = block.lines.flatMap((line, at) => [...(at ? [h("br")] : []), ...line.flatMap(drawInline)]);
  return h("p", { dir: "auto" }, ...lines);
}

function drawInline(part: Inline): (Node | string)[] {
  if (typeof part === "string") return drawText(part);
  const inside = part.of.flatMap(drawInline);
  if (part.kind !== "link") return [h(part.kind === "bold" ? "strong" : "em", {}, ...inside)];
  return [h("a", { href: part.href, target: "_blank", rel: "noopener noreferrer" }, ...inside)];
}
