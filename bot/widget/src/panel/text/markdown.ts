// A small part of Markdown as a tree: bold, italic, lists, links. Everything else is plain text.

export type Inline = string | { kind: "bold" | "italic"; of: Inline[] } | { kind: "link"; href: string; of: Inline[] };
export type Block = { kind: "text"; lines: Inline[][] } | { kind: "list"; ordered: boolean; items: Inline[][] };

const ITEM = /^\s{0,3}(?:[-*•]|(\d{1,3})[.)])\s+(.*)$/;
const SAFE = new Set(["https:", "mailto:", "tel:"]);
const DEEPEST = 4;

/** The address when it is safe to open, else null. */
export function safeLink(address: string): string | null {
  try {
    const url = new URL(address);
    return SAFE.has(url.protocol) && !url.username && !url.password ? url.href : null;
  } catch {
    return null;
  }
}

export function parseBlocks(text: string): Block[] {
  const blocks: Block[] = [];
  for (const line of text.split("\n")) {
    const item = ITEM.exec(line);
    const last = blocks.at(-1);
    if (item) {
      const ordered = item[1] !== undefined;
      if (last?.kind === "list" && last.ordered === ordered) last.items.push(parseInline(item[2]!));
      else blocks.push({ kind: "list", ordered, items: [parseInline(item[2]!)] });
    } else if (!line.trim()) blocks.push({ kind: "text", lines: [] });
    else if (last?.kind === "text") last.lines.push(parseInline(line));
    else blocks.push({ kind: "text", lines: [parseInline(line)] });
  }
  return blocks.filter((block) => block.kind === "list" || block.lines.length > 0);
}

const PATTERN = new RegExp(
  [
    String.raw`\[([^\][]{1,300})\]\(([^()\s]{1,1000})\)`, // 1 label, 2 address
    String.raw`\*\*(?=\S)([^*]+?)(?<=\S)\*\*`, // 3 bold
    String.raw`(?<![\w*])\*(?=[^\s*])([^*]+?)(?<=[^\s*])\*(?![\w*])`, // 4 italic
    String.raw`(?<!\w)_(?=[^\s_])([^_]+?)(?<=[^\s_])_(?!\w)`, // 5 italic
    String.raw`(https:\/\/[^\s<>"'«»]{1,1000})`, // 6 bare address
  ].join("|"),
  "g",
);

export function parseInline(text: string, depth = 0): Inline[] {
  if (depth > DEEPEST) return [text];
  const parts: Inline[] = [];
  let at = 0;
  for (const match of text.matchAll(PATTERN)) {
    if (match.index > at) parts.push(text.slice(at, match.index));
    parts.push(...take(match, depth + 1));
    at = match.index + match[0].length;
  }
  if (at < text.length) parts.push(text.slice(at));
  return parts;
}

function take(match: RegExpMatchArray, depth: number): Inline[] {
  const [all, label, address, bold, starred, lined, bare] = match;
  if (bold !== undefined) return [{ kind: "bold", of: parseInline(bold, depth) }];
  const italic = starred ?? lined;
  if (italic !== undefined) return [{ kind: "italic", of: parseInline(italic, depth) }];
  if (bare !== undefined) return takeBare(bare);
  const href = safeLink(address ?? "");
  return href ? [{ kind: "link", href, of: [label!] }] : [all];
}

/** Full stops and brackets at the end belong to the sentence, not to the address. */
function takeBare(bare: string): Inline[] {
  const address = bare.replace(/[.,;:!?)\]}…]+$/, "");
  const href = safeLink(address);
  if (!href) return [bare];
  const rest = bare.slice(address.length);
  return rest ? [{ kind: "link", href, of: [address] }, rest] : [{ kind: "link", href, of: [address] }];
}
