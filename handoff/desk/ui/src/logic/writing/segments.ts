/** What a text message costs: the same count as bot/segments.py, held to the same examples (tests/fixtures/segments.json). */

const BASIC = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
const EXTENDED = new Set("\f^{}\\[~]|€"); // each takes two units, and the two stay in one segment
const SIMPLER: Readonly<Record<string, string>> = {
  "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "‚": "'", "–": "-", "—": "-", "‑": "-", "−": "-",
  "…": "...", "•": "-", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\t": " ",
}; // prettier-ignore

export interface Segments {
  encoding: "GSM-7" | "UCS-2";
  /** Septets, or 16-bit code units. */
  units: number;
  /** 0 only for an empty text. */
  segments: number;
}

export interface Cost extends Segments {
  /** Units that fit into as many segments. */
  room: number;
  /** The characters that make it UCS-2, each once. */
  outside: string;
  /** Segments it would take without them. */
  plain: number;
}

const isGsm = (character: string): boolean => BASIC.has(character) || EXTENDED.has(character);

export function outsideGsm(text: string): string {
  return [...new Set(text)].filter((character) => !isGsm(character)).join("");
}

export function count(text: string): Segments {
  const characters = [...text];
  if (characters.every(isGsm)) return fill("GSM-7", characters.map((one) => (EXTENDED.has(one) ? 2 : 1)), 160, 153);
  return fill("UCS-2", characters.map((one) => one.length), 70, 67);
}

function fill(encoding: Segments["encoding"], widths: readonly number[], single: number, part: number): Segments {
  let units = 0;
  let segments = 1;
  let used = 0;
  for (const width of widths) {
    units += width;
    if (used + width > part) {
      segments += 1;
      used = 0;
    }
    used += width;
  }
  if (units <= single) segments = units > 0 ? 1 : 0;
  return { encoding, units, segments };
}

export function costOf(text: string): Cost {
  const counted = count(text);
  const [single, part] = counted.encoding === "GSM-7" ? [160, 153] : [70, 67];
  const room = counted.segments <= 1 ? single : counted.segments * part;
  const plain = count([...text].map((one) => (isGsm(one) ? one : "x")).join("")).segments;
  return { ...counted, room, outside: outsideGsm(text), plain };
}

/** The text with plain quotes, dashes and spaces: they read the same and cost half. Letters keep their accents. */
export function simplified(text: string): string {
  return [...text].map((character) => SIMPLER[character] ?? character).join("");
}
