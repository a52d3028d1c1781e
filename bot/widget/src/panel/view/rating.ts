// One question after a person has finished; easy to pass over.

import type { Words } from "../../i18n";
import type { Chat } from "../chat";
import { h } from "./dom";

export class RatingCard {
  readonly element = h("section", { class: "card rating", hidden: true, "aria-labelledby": "rating-title" });
  private shown = "";

  constructor(private readonly chat: Chat) {}

  draw(words: Words): void {
    const shown = `${this.chat.ratable}:${words.languageName}`;
    if (shown === this.shown) return;
    this.shown = shown;
    this.element.hidden = !this.chat.ratable;
    if (!this.chat.ratable) return;
    const stars = [1, 2, 3, 4, 5].map((count) =>
      h("button", { type: "button", "aria-label": words.rateStars(count), onclick: () => void this.rate(count, words) }, `${count}★`),
    );
    const skip = h("button", { type: "button", class: "link", onclick: () => this.chat.forgetRating() }, words.rateSkip);
    this.element.replaceChildren(h("h2", { id: "rating-title" }, words.rateAsk), h("div", { class: "row" }, ...stars), skip);
  }

  private async rate(stars: number, words: Words): Promise<void> {
    try {
      await this.chat.rate(stars);
      this.element.replaceChildren(h("p", { role: "status" }, words.rateThanks));
      setTimeout(() => this.chat.forgetRating(), 4000);
    } catch {
      this.element.append(h("p", { class: "problem", role: "alert" }, words.failed));
    }
  }
}
