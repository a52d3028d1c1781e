// The files of a message that was sent: pictures are drawn when they come into view, anything else is saved on a click.

import { download } from "./attach-net";
import { type AttachWords, attachWords } from "./attach-words";
import type { Pass } from "./net/api";
import type { Attachment, Message } from "./net/shapes";
import { h, icon } from "./view/dom";

const SIDE = 220;
const kept = new Map<string, Promise<string>>(); // addresses of what was loaded, for as long as the page lives
const seen = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) if (isIntersecting) target.dispatchEvent(new Event("seen"));
});

/** Puts the files of `message` under its words; words that are not there leave no empty bubble. */
export function showFiles(element: HTMLElement, message: Message, pass: Pass | undefined, language: string): void {
  if (!message.attachments?.length) return;
  const words = attachWords(language);
  const list = h("ul", { class: "files" }, ...message.attachments.map((each) => h("li", {}, drawFile(each, pass, words))));
  const bubble = element.querySelector(".bubble");
  bubble?.after(list);
  if (!message.text.trim()) bubble?.remove();
}

function drawFile(each: Attachment, pass: Pass | undefined, words: AttachWords): HTMLElement {
  const picture = each.content_type.startsWith("image/");
  const kind = picture ? words.picture : each.content_type === "application/pdf" ? words.paper : words.file;
  if (!each.bytes || !pass) return h("span", { class: "filed" }, icon("clip"), kind);
  const what = `${kind}, ${words.size(each.bytes)}`;
  return picture && each.width && each.height ? drawPicture(each, pass, what, words) : drawPaper(each, pass, what, words);
}

function load(each: Attachment, pass: Pass): Promise<string> {
  const known = kept.get(each.id);
  if (known) return known;
  const loading = download(pass, each.id).then((blob) => URL.createObjectURL(blob));
  kept.set(each.id, loading);
  loading.catch(() => kept.delete(each.id));
  return loading;
}

function drawPicture(each: Attachment, pass: Pass, what: string, words: AttachWords): HTMLElement {
  const scale = Math.min(1, SIDE / Math.max(each.width!, each.height!));
  const size = { width: Math.round(each.width! * scale), height: Math.round(each.height! * scale) };
  const image = h("img", { ...size, alt: what });
  const link = h("a", { class: "picture", download: "picture", "aria-label": words.save(what) }, image);
  link.addEventListener("seen", () => {
    seen.unobserve(link);
    load(each, pass).then(
      (address) => {
        image.src = link.href = address;
      },
      () => link.replaceWith(h("span", { class: "filed" }, icon("clip"), `${what}. ${words.gone}`)),
    );
  });
  seen.observe(link);
  return link;
}

function drawPaper(each: Attachment, pass: Pass, what: string, words: AttachWords): HTMLElement {
  const trouble = h("span", { class: "problem", role: "alert" });
  const save = () =>
    load(each, pass).then(
      (href) => h("a", { href, download: `${each.content_type === "application/pdf" ? "document.pdf" : "file"}` }).click(),
      () => (trouble.textContent = words.gone),
    );
  return h("span", {}, h("button", { type: "button", class: "filed", onclick: save, "aria-label": words.save(what) }, icon("clip"), what), trouble);
}
