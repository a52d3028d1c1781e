// Colours as WCAG sees them: contrast, and the nearest shade of a colour that holds it.

export type Rgb = readonly [number, number, number];

/** `#rgb` or `#rrggbb`, else undefined. */
export function readColour(text: string | null | undefined): Rgb | undefined {
  const hex = /^#?([\da-f]{3}|[\da-f]{6})$/i.exec(text?.trim() ?? "")?.[1];
  if (!hex) return undefined;
  const full = hex.length === 3 ? [...hex].map((digit) => digit + digit).join("") : hex;
  return [0, 2, 4].map((at) => parseInt(full.slice(at, at + 2), 16)) as unknown as Rgb;
}

export const writeColour = (colour: Rgb): string =>
  "#" + colour.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("");

export const mix = (one: Rgb, other: Rgb, share: number): Rgb =>
  one.map((part, at) => part + (other[at]! - part) * share) as unknown as Rgb;

function luminance(colour: Rgb): number {
  const [r, g, b] = colour.map((part) => (part <= 10 ? part / 3294 : ((part / 255 + 0.055) / 1.055) ** 2.4)) as unknown as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** 1 to 21. */
export function contrast(one: Rgb, other: Rgb): number {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

export const WHITE: Rgb = [255, 255, 255];
export const BLACK: Rgb = [0, 0, 0];

/** Black or white, whichever is read better on it: one of both always holds 4.5 to 1. */
export const inkOn = (colour: Rgb): Rgb => (contrast(colour, WHITE) >= contrast(colour, BLACK) ? WHITE : BLACK);

/** The colour, moved towards black or white only as far as it must for `ratio` to 1 on `ground`. */
export function legible(colour: Rgb, ground: Rgb, ratio: number): Rgb {
  const towards = inkOn(ground);
  for (let share = 0; share < 1; share += 0.05) {
    const shade = mix(colour, towards, share).map(Math.round) as unknown as Rgb;
    if (contrast(shade, ground) >= ratio) return shade;
  }
  return towards;
}
