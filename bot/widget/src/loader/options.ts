// Where we come from and what the site's tag asks for.

export interface Options {
  origin: string; // of the server that sent widget.js
  language: string | undefined;
  side: "left" | "right";
  launcher: boolean;
}

export function findTag(page: Document): HTMLScriptElement | null {
  const current = page.currentScript;
  if (current instanceof HTMLScriptElement) return current;
  return page.querySelector<HTMLScriptElement>("script[data-relevo]");
}

export function readOptions(tag: HTMLScriptElement): Options {
  return {
    origin: new URL(tag.src).origin,
    language: tag.dataset["language"],
    side: tag.dataset["position"] === "left" ? "left" : "right",
    launcher: tag.dataset["launcher"] !== "hidden",
  };
}

export function panelAddress(options: Options, host: string): string {
  const address = new URL("/widget/", options.origin);
  address.searchParams.set("host", host);
  if (options.language) address.searchParams.set("language", options.language);
  return address.href;
}
