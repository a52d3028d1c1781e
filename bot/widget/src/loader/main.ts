// One line on any website: puts a button and a hidden panel on the page once the page is idle, and nothing else.

import { makeApi } from "./api";
import { Events } from "./events";
import { findTag, readOptions } from "./options";
import { Widget } from "./widget";

function whenIdle(work: () => void): void {
  const idle = () => ("requestIdleCallback" in window ? requestIdleCallback(work, { timeout: 3000 }) : setTimeout(work, 200));
  if (document.readyState === "complete") idle();
  else window.addEventListener("load", idle, { once: true });
}

const tag = findTag(document);
const before = window.Relevo;
if (tag?.src && (!before || Array.isArray(before))) {
  const events = new Events();
  const widget = new Widget(readOptions(tag), events);
  const api = (window.Relevo = makeApi(widget, events));
  whenIdle(() => widget.mount());
  api.push(...(before ?? []));
}
