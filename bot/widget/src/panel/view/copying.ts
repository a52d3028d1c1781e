// Copies a message's text; where the browser has no clipboard for us, by the old way of a selection.

import type { Words } from "../../i18n";
import { neutral } from "../text/neutral";
import { h, icon } from "./dom";

const SHOWN = 2000;

export function drawCopy(text: string, words: Words): HTMLElement {
  const button = h("button", { type: "button", class: "copy", title: words.copy, "aria-label": words.copy }, icon("copy"));
  button.addEventListener("click", () => {
    void copy(neutral(text)).then((done) => {
      if (!done) return;
      button.replaceChildren(words.copied);
      setTimeout(() => button.replaceChildren(icon("copy")), SHOWN);
    });
  });
  return button;
}

async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

function copyBySelection(text: string): boolean {
  const focused = document.activeElement as HTMLElement | null;
  const area = h("textarea", { class: "unseen", "aria-hidden": "true", tabindex: "-1" });
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  focused?.focus();
  return done;
}
