// How chosen files are shown above the composer, and the three ways to choose them: button, drop, paste.

import { type Chosen, KINDS, type Tray } from "./attach";
import { type AttachWords, attachWords } from "./attach-words";
import { neutral } from "./text/neutral";
import { h, icon, write } from "./view/dom";

export interface TrayParts {
  button: HTMLButtonElement;
  input: HTMLInputElement;
  element: HTMLElement;
  list: HTMLElement;
  note: HTMLElement;
  status: HTMLElement;
  zone: HTMLElement;
  rows: Map<Chosen, Row>;
}

interface Row {
  element: HTMLElement;
  name: HTMLElement;
  state: HTMLElement;
  bar: HTMLProgressElement;
  again: HTMLElement;
  remove: HTMLElement;
}

export function trayParts(tray: Tray): TrayParts {
  const input = h("input", { type: "file", accept: KINDS.join(","), multiple: true, hidden: true, tabindex: -1 });
  const button = h("button", { type: "button", class: "attach" }, icon("clip"));
  const list = h("ul", { class: "chosen" });
  const note = h("div", { class: "attach-note", hidden: true });
  const status = h("p", { class: "unseen", role: "status" });
  button.addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    tray.add(input.files ?? []);
    input.value = "";
  });
  const zone = h("div", { class: "attach-zone", hidden: true, "aria-hidden": "true" });
  const element = h("div", { class: "tray" }, note, list, status, input);
  listen(tray, zone);
  return { button, input, element, list, note, status, zone, rows: new Map() };
}

function listen(tray: Tray, zone: HTMLElement): void {
  const carries = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
  document.addEventListener("dragover", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    zone.hidden = false;
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) zone.hidden = true;
  });
  document.addEventListener("drop", (event) => {
    zone.hidden = true;
    if (!carries(event)) return;
    event.preventDefault();
    tray.add(event.dataTransfer!.files);
  });
  document.addEventListener("paste", (event) => {
    const files = event.clipboardData?.files;
    if (!files?.length) return;
    event.preventDefault();
    tray.add(files);
  });
}

export function drawTray(parts: TrayParts, tray: Tray, language: string): void {
  const words = attachWords(language);
  parts.button.setAttribute("aria-label", words.choose);
  parts.button.title = words.kinds;
  parts.list.setAttribute("aria-label", words.chosen);
  parts.list.hidden = !tray.all.length;
  write(parts.zone, words.drop);
  drawNote(parts, tray, words);
  for (const [each, row] of parts.rows) if (!tray.all.includes(each)) dismiss(parts, each, row);
  for (const each of tray.all) drawRow(parts, tray, each, words);
  write(parts.status, said(tray, words));
}

function drawNote(parts: TrayParts, tray: Tray, words: AttachWords): void {
  const text = tray.tooMany ? words.failed["too_many"]! : tray.wanted ? words.whenReady : tray.lost ? words.lost : "";
  if (parts.note.dataset["text"] === text) return;
  parts.note.dataset["text"] = text;
  parts.note.hidden = !text;
  const ok = h("button", { type: "button", class: "link", onclick: () => tray.forget() }, words.understood);
  parts.note.replaceChildren(h("span", {}, text), ...(tray.lost && !tray.wanted && !tray.tooMany ? [ok] : []));
}

/** What is worth hearing, once each: what is ready, what went wrong. Progress is shown, not read out. */
function said(tray: Tray, words: AttachWords): string {
  const note = tray.tooMany ? words.failed["too_many"]! : tray.lost ? words.lost : "";
  const told = tray.all.flatMap((each) => {
    if (each.state === "failed") return [`${nameOf(each, words)}: ${problemOf(each, words)}`];
    return each.state === "ready" ? [words.ready(nameOf(each, words))] : [];
  });
  return [...told, note].filter(Boolean).join(" ");
}

function drawRow(parts: TrayParts, tray: Tray, each: Chosen, words: AttachWords): void {
  const row = parts.rows.get(each) ?? made(parts, tray, each);
  const name = nameOf(each, words);
  write(row.name, name);
  const waits = each.state === "waiting" && tray.stalled;
  const text = each.state === "failed" ? problemOf(each, words) : waits ? words.waiting : words.size(each.file.size);
  write(row.state, text);
  row.element.classList.toggle("failed", each.state === "failed");
  row.bar.hidden = each.state !== "uploading" && each.state !== "waiting";
  row.bar.value = each.share;
  row.bar.setAttribute("aria-label", words.progress(name));
  row.again.hidden = !(each.state === "failed" && each.passing);
  write(row.again, words.again);
  row.remove.setAttribute("aria-label", words.remove(name));
}

function made(parts: TrayParts, tray: Tray, each: Chosen): Row {
  const name = h("span", { class: "name" });
  const state = h("span", { class: "about" });
  const bar = h("progress", { max: 1 });
  const again = h("button", { type: "button", class: "link", onclick: () => tray.retry(each) });
  const remove = h("button", { type: "button", class: "plain", onclick: () => tray.remove(each) }, icon("close"));
  const element = h("li", {}, thumb(each), name, state, bar, again, remove);
  const row = { element, name, state, bar, again, remove };
  parts.rows.set(each, row);
  parts.list.append(element);
  return row;
}

function thumb(each: Chosen): HTMLElement {
  if (each.state === "failed" || !each.file.type.startsWith("image/")) return h("span", { class: "thumb" }, icon("clip"));
  const image = h("img", { class: "thumb", alt: "", src: URL.createObjectURL(each.file) });
  image.addEventListener("load", () => URL.revokeObjectURL(image.src));
  image.addEventListener("error", () => image.replaceWith(h("span", { class: "thumb" }, icon("clip"))));
  return image;
}

function dismiss(parts: TrayParts, each: Chosen, row: Row): void {
  const held = row.element.contains(document.activeElement);
  row.element.remove();
  parts.rows.delete(each);
  if (held) parts.button.focus();
}

const nameOf = (each: Chosen, words: AttachWords): string => neutral(each.file.name) || words.file;

const problemOf = (each: Chosen, words: AttachWords): string => words.failed[each.problem ?? ""] ?? words.failed["other"]!;
