// The button and the frame with the panel: shown, hidden, and told what the page asks for.

import { LOADER_WORDS } from "../i18n/loader";
import { isOurs, type ToPanel } from "../shared/protocol";
import type { Events } from "./events";
import { keep, recall } from "./keeping";
import { type Options, panelAddress } from "./options";
import { keepIn } from "./place";
import { drawIcon, stylesOf } from "./styles";

export class Widget {
  private readonly host = document.createElement("div");
  private readonly frame = document.createElement("iframe");
  private readonly button = document.createElement("button");
  private readonly badge = document.createElement("span");
  private readonly box = document.createElement("div");
  private readonly icon = drawIcon();
  private waiting: ToPanel[] = [];
  private ready = false;
  private shown: boolean;
  private unread = 0;
  private looking: Element | null | undefined;
  private before: HTMLElement | undefined; // who had the keys when the page opened us
  private words;

  constructor(
    private readonly options: Options,
    private readonly events: Events,
  ) {
    this.shown = options.inline !== undefined;
    this.words = this.wordsOf(options.language ?? navigator.language);
    this.frame.id = "relevo-panel";
    this.frame.allow = "clipboard-write";
    this.button.type = "button";
    this.button.hidden = this.shown || !options.launcher;
    this.button.append(this.icon.icon, this.badge);
    this.button.addEventListener("click", () => this.toggle());
    this.box.className = this.shown ? "inline" : options.side;
    this.box.append(this.frame, this.button);
    window.addEventListener("message", (event) => this.hear(event));
    window.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.hasFocus()) this.close();
    });
    this.draw();
  }

  mount(): void {
    const root = this.host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(stylesOf(this.options));
    root.adoptedStyleSheets = [sheet];
    root.append(this.box);
    this.frame.src = panelAddress(this.options, location.origin);
    keepIn(this.host, this.options.inline);
  }

  open(): void {
    const now = document.activeElement;
    if (!this.shown && now instanceof HTMLElement && now !== this.host && now !== document.body) this.before = now;
    this.show(true);
    this.looking = now;
    if (this.ready) this.frame.focus();
  }

  close(): void {
    if (!this.shown || this.options.inline) return;
    this.show(false);
    if (!this.button.hidden) this.button.focus();
    else this.before?.focus();
    this.before = undefined;
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

  /** Whatever is told before the panel is there reaches it when it is. */
  tell(message: ToPanel): void {
    if (this.ready) this.send(message);
    else this.waiting.push(message);
  }

  private show(shown: boolean): void {
    const changed = shown !== this.shown;
    this.shown = shown;
    this.draw();
    if (this.ready) this.send({ relevo: "shown", value: shown });
    if (changed) this.events.tell(shown ? "open" : "close");
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
    else if (relevo === "message" || relevo === "handoff" || relevo === "identity") this.events.tell(relevo, value);
    else if (relevo === "unread" && typeof value === "number") this.count(value);
    else if (relevo === "language" && typeof value === "string") this.words = this.wordsOf(value);
    this.draw();
  }

  private start(): void {
    this.ready = true;
    for (const message of this.waiting.splice(0)) this.send(message);
    this.focusLate();
    this.send({ relevo: "shown", value: this.shown });
    this.events.tell("ready");
  }

  private count(unread: number): void {
    if (unread === this.unread) return;
    this.unread = unread;
    this.events.tell("unread", unread);
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
    const counted = this.shown ? 0 : this.unread;
    const label = this.shown ? close : open;
    this.frame.title = title;
    this.frame.hidden = !this.shown;
    this.box.classList.toggle("open", this.shown);
    this.badge.textContent = counted ? String(Math.min(counted, 99)) : "";
    this.button.setAttribute("aria-label", counted ? `${label} (${unread(counted)})` : label);
    this.button.setAttribute("aria-expanded", String(this.shown));
    this.icon.turn(this.shown);
  }

  private hasFocus(): boolean {
    return this.host.shadowRoot?.activeElement === this.button;
  }

  private wordsOf(language: string) {
    return LOADER_WORDS[language.slice(0, 2).toLowerCase()] ?? LOADER_WORDS["en"]!;
  }
}
