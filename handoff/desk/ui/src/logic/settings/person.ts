/** What a form changes of a person: fields that nobody touched are not sent, somebody else may have changed them. */
import { same } from "./draft";

type Fields = Readonly<Record<string, unknown>>;

export function changesOf(loaded: object, read: Fields): Record<string, unknown> {
  const before = loaded as Fields;
  return Object.fromEntries(Object.entries(read).filter(([field, value]) => !same(ordered(field, before[field]), ordered(field, value))));
}

/** Languages are a set: their order on the form says nothing. */
function ordered(field: string, value: unknown): unknown {
  return field === "languages" && Array.isArray(value) ? [...(value as string[])].sort() : value;
}
