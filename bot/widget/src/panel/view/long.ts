// A text of many lines is shown by its beginning, with a button for the rest. It is all there for whoever listens.

import type { Words } from "../../i18n";
import { h, write } from "./dom";

const MANY = 700; // characters
const LINES = 12;

export const isLong = (text: string): boolean => text.length > MANY || text.split("\n").length > LINES;

export function drawLong(parts: HTMLElement[], words: Words): HTMLElement[] {
  const body = h("div", { class: "long" }, ...parts);
  const button = h("button", { type: "button", class: "link", "aria-expanded": "false" }, words.showAll);
  button.addEventListener("click", () => {
    const all = body.classList.toggle("whole");
    button.setAttribute("aria-expanded", String(all));
    write(button, all ? words.showLess : words.showAll);
  });
  // What the keys reach inside must be seen.
  body.addEventListener("focusin", () => !body.classList.contains("whole") && button.click());
  return [body, button];
}
