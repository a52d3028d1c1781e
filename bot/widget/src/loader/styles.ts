// A constructed style sheet in a shadow root: nothing of the host page's changes, and no host policy forbids it.

export const STYLES = `
:host{all:initial}
*{box-sizing:border-box}
button{position:fixed;bottom:20px;right:20px;z-index:2147483000;width:56px;height:56px;border:0;border-radius:28px;padding:0;
cursor:pointer;color:#fff;background:#0b6a62;box-shadow:0 4px 16px rgb(23 33 31/24%);display:grid;place-items:center}
button:hover{background:#08544e}
button:focus-visible{outline:3px solid #0b6a62;outline-offset:3px;box-shadow:0 0 0 3px #fff}
svg{width:26px;height:26px;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
span{position:absolute;top:-4px;right:-4px;min-width:22px;height:22px;padding:0 6px;border-radius:11px;background:#b3261e;
color:#fff;font:600 13px/22px system-ui,sans-serif;text-align:center}
span:empty{display:none}
iframe{position:fixed;bottom:88px;right:20px;z-index:2147483000;width:400px;max-width:calc(100vw - 40px);height:660px;
max-height:calc(100vh - 108px);max-height:calc(100dvh - 108px);border:0;border-radius:12px;background:Canvas;color-scheme:light dark;box-shadow:0 4px 16px rgb(23 33 31/24%)}
iframe[hidden]{display:none}
.left button,.left iframe{right:auto;left:20px}
button[hidden]{display:none}
@media (max-width:480px){
iframe{inset:0!important;width:100%;height:100%;max-width:none;max-height:none;border-radius:0}
.open button{display:none}
}
@media (prefers-color-scheme:dark){
button{background:#5cc7ba;color:#06211e}button:hover{background:#7fd9ce}
button:focus-visible{outline-color:#8fe0d6;box-shadow:0 0 0 3px #101615}
}
@media (forced-colors:active){button,iframe{border:2px solid ButtonText}}
@media print{button,iframe{display:none!important}}
`;

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
