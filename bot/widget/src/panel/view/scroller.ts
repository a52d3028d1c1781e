// Keeps the end in view while the reader is at the end, whatever grows or shrinks; leaves them alone when they are not.

import { h } from "./dom";

const NEAR = 48; // pixels from the end that count as the end

export class Scroller {
  readonly element = h("div", { class: "scroller" });
  private following = true;

  /** `resting`: nothing but the greeting is there, which is read from its beginning. */
  constructor(private readonly resting: () => boolean) {
    this.element.addEventListener("scroll", () => {
      const { scrollTop, scrollHeight, clientHeight } = this.element;
      this.following = scrollHeight - scrollTop - clientHeight < NEAR;
    });
    new ResizeObserver(() => this.settle()).observe(this.element);
  }

  /** After a change of the content. */
  settle(): void {
    if (this.following && !this.resting()) this.toEnd();
  }

  toEnd(): void {
    this.following = true;
    this.element.scrollTop = this.element.scrollHeight;
  }

  /** Shows the beginning of something long, such as the form. */
  toStartOf(part: HTMLElement): void {
    this.following = false;
    this.element.scrollTop += part.getBoundingClientRect().top - this.element.getBoundingClientRect().top - 8;
  }
}
