import { api } from "../../api";
import { go } from "../../desk";
import { said } from "../../logic/errors";
import { dialog, note } from "../../state";
import type { Callback } from "../../types";

export const OUTCOMES = ["reached", "voicemail", "no_answer", "wrong_number"] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** The number as a `tel:` link takes it; null when it is no number to call, or shown in part only. */
export function telOf(item: Callback): string | null {
  const digits = (item.contact ?? "").replace(/[\s().-]/g, "");
  return item.contact_kind === "phone" && /^\+?\d{3,15}$/.test(digits) ? `tel:${digits}` : null;
}

/** Begins the call at the desk while the browser hands the number to the phone. */
export async function begin(item: Callback): Promise<void> {
  try {
    await api.act(item.reference, "call", { version: item.version });
  } catch (error) {
    note.set(said(error));
  }
}

/** How it went, at the version that the case has now. Reached: how it ended is asked at once. */
export async function record(item: Callback, outcome: Outcome): Promise<void> {
  try {
    const found = await api.read(item.reference);
    await api.act(item.reference, "attempt", { version: found.item.version, outcome });
  } catch (error) {
    note.set(said(error));
    return;
  }
  if (outcome !== "reached") return;
  await go({ view: "callbacks", reference: item.reference });
  dialog.set("resolve");
}
