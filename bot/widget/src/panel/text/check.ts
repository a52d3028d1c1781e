// The form's own check, the same rules as the server's (bot/channels/web/texts.py), which has the last word.

import type { Words } from "../../i18n";
import type { Form } from "../net/shapes";

export type Field = "message" | "name" | "phone" | "email";
export type Problems = Partial<Record<Field, string>>;

const PHONE = /^\+?[0-9()\s./-]{6,30}$/;
const EMAIL = /^[^\s@<>"',;:]{1,64}@[^\s@<>"',;:.]+(\.[^\s@<>"',;:.]+)+$/;
export const MOST_BYTES = 8 * 1024;

export const bytesOf = (text: string): number => new TextEncoder().encode(text).length;

export function checkForm(form: Form, words: Words): Problems {
  const problems: Problems = {};
  if (!form.message.trim()) problems.message = words.needMessage;
  else if (bytesOf(form.message) > MOST_BYTES) problems.message = words.tooLong;
  const digits = form.phone?.replace(/\D/g, "") ?? "";
  if (form.phone && (!PHONE.test(form.phone) || digits.length < 6 || digits.length > 15)) problems.phone = words.badPhone;
  if (form.email && !EMAIL.test(form.email)) problems.email = words.badEmail;
  if (!form.phone && !form.email) problems.phone = words.needContact;
  return problems;
}

/** The server's fields in the customer's words. */
export function explain(fields: Record<string, string>, words: Words): Problems {
  const known: Problems = { message: words.needMessage, name: words.badField, phone: words.badPhone, email: words.badEmail };
  const named = (Object.keys(known) as Field[]).filter((field) => fields[field] !== undefined);
  return Object.fromEntries(named.map((field) => [field, known[field]]));
}
