/** Follows a chat's hints while it is on the screen, and says that this agent types. */
import { extras, openHints } from "../../api-extras";
import type { Hint } from "../../types-extras";
import { Cell } from "../cell";
import { EventReader } from "../sse";
import { heard, nobody, settled, type There } from "./there";

const TYPED_EVERY = 3000;
const AGAIN = 3000;

export const there = new Cell<There>(nobody(Date.now()));

let silent = false;

/** Until the returned function is called. A page that nobody sees listens to nothing: browsers have few connections.
 *
 * `quiet`: nobody hears of this page, nor that anything is typed on it. */
export function listenTo(reference: string, quiet = false): () => void {
  silent = quiet;
  let abort = new AbortController();
  let ended = false;
  there.set(nobody(Date.now()));
  const follow = async (): Promise<void> => {
    while (!ended && !document.hidden) {
      abort = new AbortController();
      await read(reference, quiet, abort.signal).catch(() => undefined);
      if (!ended && !document.hidden) await new Promise((done) => setTimeout(done, AGAIN));
    }
  };
  const seen = (): void => {
    if (document.hidden) abort.abort();
    else {
      there.set(nobody(Date.now()));
      void follow();
    }
  };
  const tick = setInterval(() => {
    const now = settled(there.value, Date.now());
    const same = now.pages.size === there.value.pages.size && now.typing.size === there.value.typing.size;
    if (!same || now.goneSince !== there.value.goneSince) there.set(now);
  }, 1000);
  document.addEventListener("visibilitychange", seen);
  void follow();
  return () => {
    ended = true;
    abort.abort();
    clearInterval(tick);
    document.removeEventListener("visibilitychange", seen);
  };
}

async function read(reference: string, quiet: boolean, signal: AbortSignal): Promise<void> {
  const response = await openHints(reference, quiet, signal);
  const reader = response.ok ? response.body?.pipeThrough(new TextDecoderStream()).getReader() : undefined;
  if (!reader) return;
  const events = new EventReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    for (const event of events.push(value)) {
      if (event.event === "hint") there.set(heard(there.value, JSON.parse(event.data) as Hint, Date.now()));
    }
  }
}

let typedAt = 0;

/** At most once every few seconds; a hint that is lost is lost. */
export function tellTyping(reference: string, what: "reply" | "note"): void {
  if (silent || Date.now() - typedAt < TYPED_EVERY) return;
  typedAt = Date.now();
  extras.typing(reference, what).catch(() => undefined);
}
