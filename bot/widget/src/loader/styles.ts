// A constructed style sheet in a shadow root: nothing of the host page's changes, and no host policy forbids it.

import { inkOn, legible, readColour, WHITE, writeColour } from "../shared/colour";
import type { Options } from "./options";

const STYLES = `
:host{all:initial;color-scheme:var(--scheme)}
*{box-sizing:border-box}
button,iframe{position:fixed;inset-inline:auto;right:20px;z-index:var(--layer)}
button{bottom:20px;width:56px;height:56px;border:0;border-radius:28px;padding:0;cursor:pointer;
color:var(--on);background:var(--accent);box-shadow:0 4px 16px rgb(23 33 31/24%);display:grid;place-items:center}
button:hover{filter:brightness(.9)}
button:focus-visible{outline:3px solid var(--ring);outline-offset:3px;box-shadow:0 0 0 3px Canvas}
svg{width:26px;height:26px;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
span{position:absolute;top:-4px;right:-4px;min-width:22px;height:22px;padding:0 6px;border-radius:11px;background:#b3261e;
color:#fff;font:600 13px/22px system-ui,sans-serif;text-align:center}
span:empty,[hidden]{display:none!important}
iframe{bottom:88px;width:400px;max-width:calc(100vw - 40px);height:660px;max-height:calc(100vh - 108px);
max-height:calc(100dvh - 108px);border:0;border-radius:var(--radius);background:Canvas;color-scheme:var(--scheme);
box-shadow:0 4px 16px rgb(23 33 31/24%)}
.left button,.left iframe{right:auto;left:20px}
.inline iframe{position:static;display:block;width:100%;height:100%;max-width:none;max-height:none;min-height:360px;box-shadow:none}
@media (max-width:480px),(max-height:420px){
div:not(.inline) iframe{inset:var(--top,0) 0 auto!important;width:100%;height:var(--high,100%);max-width:none;max-height:none;border-radius:0}
.open button{display:none}
}
@media (forced-colors:active){button,iframe{border:2px solid ButtonText}}
@media print{button,iframe{display:none!important}}
`;

const OURS = "--accent:light-dark(#0b6a62,#5cc7ba);--on:light-dark(#fff,#06211e);--ring:light-dark(#0b6a62,#8fe0d6)";

export function stylesOf({ accent, radius, layer, scheme, inline }: Options): string {
  const colour = readColour(accent);
  const own = colour && `--accent:${writeColour(colour)};--on:${writeColour(inkOn(colour))};--ring:light-dark(${ring(colour)})`;
  const size = inline ? "display:block;height:100%;" : "";
  const rest = `--radius:${radius ?? 12}px;--layer:${layer ?? 2147483000};--scheme:${scheme ?? "light dark"}`;
  return `${STYLES}:host{${size}${own ?? OURS};${rest}}`;
}

type Colour = Parameters<typeof writeColour>[0];
const DARK: Colour = [16, 22, 21];

const ring = (colour: Colour): string => [WHITE, DARK].map((ground) => writeColour(legible(colour, ground, 3))).join();

const SVG = "http://www.w3.org/2000/svg";
const CHAT = "M21 11.5a8.5 8.5 0 0 1-12.6 7.4L3 21l2.1-5.4A8.5 8.5 0 1 1 21 11.5z";
const CROSS = "M6 6l12 12M18 6L6 18";

export function drawIcon(): { icon: SVGSVGElement; turn: (open: boolean) => void } {
  const icon = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  icon.setAttribute("viewBox", "0 0 24 24");
  icon.setAttribute("aria-hidden", "true");
  icon.append(path);
  return { icon, turn: (open) => path.setAttribute("d", open ? CROSS : CHAT) };
}
