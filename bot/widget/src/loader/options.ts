// Where we come from and what the site's tag asks for.

export interface Options {
  origin: string; // of the server that sent widget.js
  language: string | undefined;
  side: "left" | "right";
  launcher: boolean;
  inline: string | undefined; // a selector: the panel stands in that element instead of floating
  accent: string | undefined; // #rgb or #rrggbb
  radius: string | undefined; // of the panel's corners, in pixels
  layer: string | undefined; // z-index
  scheme: "light" | "dark" | undefined; // undefined: as the visitor's system has it
}

export function findTag(page: Document): HTMLScriptElement | null {
  const current = page.currentScript;
  if (current instanceof HTMLScriptElement) return current;
  return page.querySelector<HTMLScriptElement>("script[data-relevo]");
}

const number = (text: string | undefined): string | undefined => (/^\d{1,10}$/.test(text ?? "") ? text : undefined);

export function readOptions(tag: HTMLScriptElement): Options {
  const { language, position, launcher, inline, accent, radius, layer, scheme } = tag.dataset as Record<string, string | undefined>;
  return {
    origin: new URL(tag.src).origin,
    language,
    side: (position ?? (document.documentElement.dir === "rtl" ? "left" : "right")) === "left" ? "left" : "right",
    launcher: launcher !== "hidden",
    inline,
    accent,
    radius: number(radius),
    layer: number(layer),
    scheme: scheme === "light" || scheme === "dark" ? scheme : undefined,
  };
}

export function panelAddress(options: Options, host: string): string {
  const { origin, language, accent, scheme, inline } = options;
  const address = new URL("/widget/", origin);
  const asked = { host, language, accent, scheme, inline: inline && "1" };
  for (const [name, value] of Object.entries(asked)) if (value) address.searchParams.set(name, value);
  return address.href;
}
