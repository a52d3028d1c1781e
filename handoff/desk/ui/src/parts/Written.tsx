import type { JSX } from "preact";
import { type Block, type Inline, parseBlocks } from "../../../../../bot/widget/src/panel/text/markdown";
import { neutral } from "../../../../../bot/widget/src/panel/text/neutral";

/** Limited Markdown as the widget draws it: read by the widget's own reader, so that both show the same. */
export function Written({ text }: { text: string }): JSX.Element {
  return <>{parseBlocks(neutral(text)).map(drawn)}</>;
}

function drawn(block: Block, at: number): JSX.Element {
  if (block.kind === "text") {
    return (
      <p key={at} dir="auto">
        {block.lines.flatMap((line, row) => [row > 0 && <br key={`br${row}`} />, ...line.map(inline)])}
      </p>
    );
  }
  const items = block.items.map((item, row) => (
    <li key={row} dir="auto">
      {item.map(inline)}
    </li>
  ));
  return block.ordered ? <ol key={at}>{items}</ol> : <ul key={at}>{items}</ul>;
}

function inline(part: Inline, at: number): JSX.Element | string {
  if (typeof part === "string") return part;
  const inside = part.of.map(inline);
  if (part.kind !== "link") return part.kind === "bold" ? <strong key={at}>{inside}</strong> : <em key={at}>{inside}</em>;
  return (
    <a key={at} href={part.href} target="_blank" rel="noopener noreferrer">
      {inside}
    </a>
  );
}
