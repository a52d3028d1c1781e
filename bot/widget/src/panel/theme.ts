// The site's own accent, in the shades that this panel needs: letters on it and in it hold AA in light and dark.

import { inkOn, legible, mix, readColour, type Rgb, WHITE, writeColour } from "../shared/colour";

interface Shades {
  accent: Rgb;
  strong: Rgb;
  on: Rgb;
  tint: Rgb;
  focus: Rgb;
}

const LIGHT: Rgb = WHITE;
const DARK: Rgb = [31, 41, 39]; // the lightest of the dark grounds: what holds there holds on the others

function shadesOn(ground: Rgb, colour: Rgb): Shades {
  const tint = mix(ground, colour, 0.12);
  const accent = legible(colour, ground, 3);
  const strong = legible(colour, tint, 4.9);
  return { accent, strong, on: inkOn(accent), tint, focus: legible(colour, ground, 3.2) };
}

export function themeOf(accent: string | null): Record<string, string> {
  const colour = readColour(accent);
  if (!colour) return {};
  const light = shadesOn(LIGHT, colour);
  const dark = shadesOn(DARK, colour);
  const both = (part: keyof Shades) => `light-dark(${writeColour(light[part])}, ${writeColour(dark[part])})`;
  return {
    "--accent": both("accent"),
    "--accent-strong": both("strong"),
    "--on-accent": both("on"),
    "--accent-tint": both("tint"),
    "--focus": both("focus"),
  };
}

const RIGHT_TO_LEFT = new Set(["ar", "fa", "he", "ur"]);
export const directionOf = (language: string): "ltr" | "rtl" => (RIGHT_TO_LEFT.has(language.slice(0, 2)) ? "rtl" : "ltr");

export function applyTheme(root: HTMLElement, options: URLSearchParams): void {
  const scheme = options.get("scheme");
  if (scheme === "light" || scheme === "dark") root.style.colorScheme = scheme;
  if (options.get("inline")) root.dataset["inline"] = "";
  for (const [name, value] of Object.entries(themeOf(options.get("accent")))) root.style.setProperty(name, value);
}
