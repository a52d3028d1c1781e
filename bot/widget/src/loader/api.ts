// The one global, `Relevo`. Before the loader is there it may be an array of calls: they are made when it comes.

import type { Events, Listener } from "./events";
import type { Widget } from "./widget";

type Call = readonly [name: string, ...given: unknown[]] | ((relevo: Api) => void);

export interface Api {
  open(): void;
  close(): void;
  toggle(): void;
  identify(token: string | null): void;
  language(code: string): void;
  prefill(text: string): void;
  on(name: string, listener: Listener): void;
  off(name: string, listener: Listener): void;
  push(...calls: Call[]): void;
  ready: Promise<Api>;
}

declare global {
  interface Window {
    Relevo?: Api | Call[];
  }
}

export function makeApi(widget: Widget, events: Events): Api {
  const api: Api = {
    open: () => widget.open(),
    close: () => widget.close(),
    toggle: () => widget.toggle(),
    identify: (token) => widget.tell({ relevo: "identify", value: token }),
    language: (code) => widget.language(code),
    prefill: (text) => widget.tell({ relevo: "prefill", value: text }),
    on: (name, listener) => events.on(name, listener),
    off: (name, listener) => events.off(name, listener),
    push: (...calls) => calls.forEach(make),
    ready: new Promise((resolve) => events.on("ready", () => resolve(api))),
  };
  function make(call: Call): void {
    try {
      if (typeof call === "function") call(api);
      else (api[call[0] as keyof Api] as (...given: unknown[]) => void)(...call.slice(1));
    } catch (error) {
      reportError(error); // a mistaken call must not keep the others, or the button, from the page
    }
  }
  return api;
}
