// Files of a message that is not confirmed yet: how many there are, and what to do when the server has them no more.

import { attachWords } from "./attach-words";
import type { Item } from "./outbox";
import { h, icon } from "./view/dom";

const here = () => attachWords(document.documentElement.lang);

export function drawHeld(item: Item): HTMLElement | null {
  return item.uploads?.length ? h("span", { class: "filed" }, icon("clip"), here().files(item.uploads.length)) : null;
}

export const goneWords = (): string => here().goneUnsent;

/** Without its file a message without words is nothing. */
export const hasRetry = (item: Item): boolean => item.failed !== "upload_gone" || item.text.trim() !== "";
