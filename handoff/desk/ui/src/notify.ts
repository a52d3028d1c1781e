/** Notifications of the browser, for agents who have chosen them and are not looking at the page. */
import { go } from "./desk";
import { Cell } from "./logic/cell";
import { read, write } from "./logic/kept";
import type { News } from "./logic/news";
import { reasonOf } from "./logic/words";
import { q } from "./words/queue";

const possible = (): boolean => typeof Notification !== "undefined";

/** On, off, or blocked by the browser; null where it knows no notifications. */
export type Choice = "on" | "off" | "blocked" | null;

export const notifying = new Cell<Choice>(present());

function present(): Choice {
  if (!possible()) return null;
  if (Notification.permission === "denied") return "blocked";
  return read("notify") === "on" && Notification.permission === "granted" ? "on" : "off";
}

/** Turns them on or off; the browser asks the agent first, once. */
export async function chooseNotifying(on: boolean): Promise<void> {
  write("notify", on ? "on" : null);
  if (on && Notification.permission === "default") await Notification.requestPermission();
  notifying.set(present());
}

/** Says no name and none of the customer's words: it may show on a locked screen. */
export function notify(news: readonly News[]): void {
  const first = news[0];
  if (!first || notifying.value !== "on" || (!document.hidden && document.hasFocus())) return;
  const { kind, item } = first;
  const more = news.length > 1 ? ` (+${news.length - 1})` : "";
  try {
    const shown = new Notification(q(`new_${kind}`) + more, {
      body: `${reasonOf(item.reason)} · ${item.reference}`,
      tag: item.reference,
      icon: "/desk/mark.svg",
    });
    shown.onclick = () => {
      window.focus();
      shown.close();
      void go({ view: "queue", reference: item.reference });
    };
  } catch {
    // a phone's browser shows them only through a worker
  }
}
