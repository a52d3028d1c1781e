// What is needed now and then: a button that shows a short list of further ones. Escape closes it, and only it.

import type { Words } from "../../i18n";
import { h, icon, type IconName, write } from "./dom";

export interface MenuItem {
  icon: IconName;
  label: (words: Words) => string;
  act: () => void;
  shown?: () => boolean;
}

export class Menu {
  readonly element: HTMLElement;
  private readonly button = h("button", { type: "button", class: "plain", "aria-expanded": "false", "aria-controls": "menu" }, icon("more"));
  private readonly list = h("div", { class: "menu", id: "menu", hidden: true });
  private readonly items: { item: MenuItem; button: HTMLElement; text: HTMLElement }[] = [];

  constructor() {
    this.button.addEventListener("click", () => this.toggle());
    this.element = h("div", { class: "menu-home" }, this.button, this.list);
    this.element.addEventListener("keydown", (event) => this.key(event));
    this.element.addEventListener("focusout", (event) => {
      if (event.relatedTarget instanceof Node && !this.element.contains(event.relatedTarget)) this.close();
    });
    document.addEventListener("pointerdown", (event) => {
      if (!this.element.contains(event.target as Node)) this.close();
    });
  }

  /** Items stand in the order in which they are added. */
  add(item: MenuItem): void {
    const text = h("span");
    const act = () => {
      this.close();
      this.button.focus();
      item.act();
    };
    const button = h("button", { type: "button", class: "menu-item", onclick: act }, icon(item.icon), text);
    this.items.push({ item, button, text });
    this.list.append(button);
  }

  /** Anything else, such as a choice of language, before the items. */
  put(part: HTMLElement): void {
    this.list.prepend(part);
  }

  draw(words: Words): void {
    this.button.setAttribute("aria-label", words.menu);
    for (const { item, button, text } of this.items) {
      write(text, item.label(words));
      button.hidden = item.shown ? !item.shown() : false;
    }
  }

  private toggle(): void {
    this.show(Boolean(this.list.hidden));
    if (!this.list.hidden) this.list.querySelector<HTMLElement>("select:not([hidden]), button:not([hidden])")?.focus();
  }

  private close(): void {
    this.show(false);
  }

  private show(shown: boolean): void {
    this.list.hidden = !shown;
    this.button.setAttribute("aria-expanded", String(shown));
  }

  private key(event: KeyboardEvent): void {
    if (event.key !== "Escape" || this.list.hidden) return;
    event.stopPropagation();
    this.close();
    this.button.focus();
  }
}
