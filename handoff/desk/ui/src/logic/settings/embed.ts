/** The line that a site adds, from what was chosen in a form; docs/widget.md says what each attribute does. */

export interface Chosen {
  language: string;
  position: string;
  launcher: string;
  inline: string;
  accent: string;
  radius: string;
  scheme: string;
  layer: string;
}

export const NOTHING: Chosen = { language: "", position: "", launcher: "", inline: "", accent: "", radius: "", scheme: "", layer: "" };

const ESCAPED: Record<string, string> = { "&": "&amp;", '"': "&quot;", "<": "&lt;", ">": "&gt;" };
const escaped = (text: string): string => text.replace(/[&"<>]/g, (sign) => ESCAPED[sign] ?? sign);

function given(chosen: Chosen): [string, string][] {
  return Object.entries(chosen).flatMap(([name, value]): [string, string][] => (String(value).trim() ? [[name, String(value).trim()]] : []));
}

export function snippetOf(origin: string, chosen: Chosen): string {
  const attributes = given(chosen).map(([name, value]) => ` data-${name}="${escaped(value)}"`);
  return `<script async src="${origin}/widget.js" data-relevo${attributes.join("")}></script>`;
}

/** The page that shows it as it will be. Where there is no place to stand in, it floats there too. */
export function previewOf(chosen: Chosen): string {
  const query = new URLSearchParams(given({ ...chosen, inline: "", launcher: "", layer: "" }));
  return `/widget/preview?${query}`;
}

/** What a strict Content-Security-Policy of the site must allow. */
export const policyOf = (origin: string): string => `script-src ${origin}; frame-src ${origin}`;
