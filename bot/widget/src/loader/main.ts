// One line on any website: puts a button and a hidden panel on the page once the page is idle, and nothing else.

import { LOADER_WORDS } from "../i18n/loader";
import { isOurs, type ToPanel } from "../shared/protocol";
import { keep, recall } from "./keeping";
import { findTag, type Options, panelAddress, readOptions } from "./options";
import { drawIcon, STYLES } from "./styles";

interface Api {
  open(): void;
  close(): void;
  toggle(): void;
  language(code: string): void;
  prefill(text: string): void;
}

declare global {
  interface Window {
    Relevo?: Api;
  }
}

class Widget implements Api {
  private readonly frame = document.createElement("iframe");
  private readonly button = document.createElement("button");
  private readonly badge = document.createElement("span");
  private readonly box = document.createElement("div");
  private readonly icon = drawIcon();
  private waiting: ToPanel[] = [];
  private ready = false;
  private shown = false;
  private unread = 0;
  private looking: Element | null | undefined;
  private words;

  constructor(private readonly options: Options) {
    this.words = this.wordsOf(options.language ?? (document.documentElement.lang || navigator.language));
    this.frame.hidden = true;
    this.frame.id = "relevo-panel";
    this.frame.src = panelAddress(options, location.origin);
    this.button.type = "button";
    this.button.hidden = !options.launcher;
    this.button.append(this.icon.icon, this.badge);
    this.button.addEventListener("click", () => this.toggle());
    this.box.className = options.side;
    this.box.append(this.frame, this.button);
    window.addEventListener("message", (event) => this.hear(event));
    window.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.hasFocus()) this.close();
    });
    this.draw();
  }

  mount(): void {
    const host = document.createElement("div");
    const root = host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLES);
    root.adoptedStyleSheets = [sheet];
    root.append(this.box);
    document.body.append(host);
  }

  open(): void {
    this.show(true);
    this.looking = document.activeElement;
    if (this.ready) this.frame.focus();
  }

  close(): void {
    if (!this.shown) return;
    this.show(false);
    this.button.focus();
  }

  toggle(): void {
    if (this.shown) this.close();
    else this.open();
  }

  language(code: string): void {
    this.words = this.wordsOf(code);
    this.draw();
    this.tell({ relevo: "language", value: code });
  }

  prefill(text: string): void {
    this.tell({ relevo: "prefill", value: text });
  }

  private show(shown: boolean): void {
    this.shown = shown;
    this.frame.hidden = !shown;
    this.draw();
    if (this.ready) this.tell({ relevo: "shown", value: shown });
  }

  private tell(message: ToPanel): void {
    if (this.ready) this.send(message);
    else this.waiting.push(message);
  }

  private send(message: ToPanel): void {
    this.frame.contentWindow?.postMessage(message, this.options.origin);
  }

  private hear(event: MessageEvent): void {
    if (event.source !== this.frame.contentWindow || event.origin !== this.options.origin || !isOurs(event.data)) return;
    const { relevo, key, value } = event.data;
    if (relevo === "recall") return this.send({ relevo: "kept", value: recall() });
    if (relevo === "keep") return keep(key, value);
    if (relevo === "ready") this.start();
    else if (relevo === "close") this.close();
    else if (relevo === "unread" && typeof value === "number") this.unread = value;
    else if (relevo === "language" && typeof value === "string") this.words = this.wordsOf(value);
    this.draw();
  }

  private start(): void {
    this.ready = true;
    for (const message of this.waiting.splice(0)) this.tell(message);
    this.focusLate();
    this.tell({ relevo: "shown", value: this.shown });
  }

  /**
   * A frame that is focused while its page arrives looks focused, and yet the keys go to the host page: so only now that
   * the panel is there. Who has gone on to something else meanwhile keeps it.
   */
  private focusLate(): void {
    const now = document.activeElement;
    const stayed = this.looking !== undefined && this.looking === now;
    if (this.shown && stayed && !now?.matches("input, textarea, select, [contenteditable]")) this.frame.focus();
    this.looking = undefined;
  }

  private draw(): void {
    const { open, close, title, unread } = this.words;
    const label = this.shown ? close : open;
    this.frame.title = title;
    this.box.classList.toggle("open", this.shown);
    this.badge.textContent = this.unread && !this.shown ? String(Math.min(this.unread, 99)) : "";
    this.button.setAttribute("aria-label", this.unread && !this.shown ? `${label} (${unread(this.unread)})` : label);
    this.button.setAttribute("aria-expanded", String(this.shown));
    this.icon.turn(this.shown);
  }

  private hasFocus(): boolean {
    const root = this.button.getRootNode();
    return root instanceof ShadowRoot && root.activeElement === this.button;
  }

  private wordsOf(language: string) {
    return LOADER_WORDS[language.slice(0, 2).toLowerCase()] ?? LOADER_WORDS["en"]!;
  }
}

function whenIdle(work: () => void): void {
  const idle = () => ("requestIdleCallback" in window ? requestIdleCallback(work, { timeout: 3000 }) : setTimeout(work, 200));
  if (document.readyState === "complete") idle();
  else window.addEventListener("load", idle, { once: true });
}

const tag = findTag(document);
if (tag?.src && !window.Relevo) {
  const widget = new Widget(readOptions(tag));
  window.Relevo = {
    open: () => widget.open(),
    close: () => widget.close(),
    toggle: () => widget.toggle(),
    language: (code) => widget.language(code),
    prefill: (text) => widget.prefill(text),
  };
  whenIdle(() => widget.mount());
}
