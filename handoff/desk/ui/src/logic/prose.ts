/** The limited Markdown of approved answers, taken apart: emphasis keeps its weight, a link says where it leads. */
export interface Part {
  text: string;
  strong: boolean;
}

const MARKS = /\*\*([^*\n]+)\*\*|\[([^\]\n]+)\]\(([^)\s]+)\)/g;

export function partsOf(text: string): Part[] {
  const parts: Part[] = [];
  let at = 0;
  const plain = (until: number): void => {
    if (until > at) parts.push({ text: text.slice(at, until), strong: false });
  };
  for (const mark of text.matchAll(MARKS)) {
    plain(mark.index);
    const [whole, strong, label, address] = mark;
    parts.push(strong ? { text: strong, strong: true } : { text: `${label} (${address})`, strong: false });
    at = mark.index + whole.length;
  }
  plain(text.length);
  return parts;
}
