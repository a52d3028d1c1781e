/** Unsaved work on an entry, kept in this browser until it is saved or thrown away on purpose. */
import { read, write } from "../kept";
import type { Form } from "./form";

export interface Work {
  /** The version that was read; 0 for a new entry. */
  base: number;
  /** What that version said. */
  from: Form;
  form: Form;
}

const key = (id: string): string => `draft.knowledge.${id}`;

export function workOf(id: string): Work | null {
  try {
    const found: unknown = JSON.parse(read(key(id)) ?? "null");
    return isWork(found) ? found : null;
  } catch {
    return null;
  }
}

export function keepWork(id: string, work: Work | null): void {
  write(key(id), work && JSON.stringify(work));
}

function isWork(value: unknown): value is Work {
  const each = value as Partial<Work> | null;
  return typeof each?.base === "number" && isForm(each.from) && isForm(each.form);
}

function isForm(value: unknown): value is Form {
  return typeof value === "object" && value !== null && Object.values(value).every((each) => typeof each === "string");
}
