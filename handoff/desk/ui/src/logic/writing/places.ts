/** The places of a canned reply that are filled from the case: the server's own list (service/base/placeholders.py). */

export const PLACES = ["customer_name", "agent_name", "reference", "business", "due"] as const;

const PLACE = new RegExp(`\\{(${PLACES.join("|")})\\}`, "g");

/** The text with what is known filled in; what is not stays to be seen. */
export function filled(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(PLACE, (whole, name: string) => values[name] ?? whole);
}

/** The places that still stand in the text, each once, as they are written. */
export function unfilled(text: string): string[] {
  return [...new Set(text.match(PLACE) ?? [])];
}
