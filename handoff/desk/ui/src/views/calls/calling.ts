import { api } from "../../api";
import { go } from "../../desk";
import { said } from "../../logic/errors";
import { callbacks, dialog, note } from "../../state";
import type { Callback, Case } from "../../types";

export const OUTCOMES = ["reached", "voicemail", "no_answer", "wrong_number"] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** The number as a `tel:` link takes it; null when it is no number to call, or shown in part only. */
export function telOf(item: Pick<Callback, "contact" | "contact_kind">): string | null {
  const digits = (item.contact ?? "").replace(/[\s().-]/g, "");
  return item.contact_kind === "phone" && /^\+?\d{3,15}$/.test(digits) ? `tel:${digits}` : null;
}

/** Begins the call at the desk; whoever makes it is shown the number, and the browser hands it to the phone. */
export async function begin(item: Callback): Promise<void> {
  try {
    const found = await api.act(item.reference, "call", { version: item.version });
    const phone = found.contact.find((each) => each.kind === "phone")?.value ?? null;
    callbacks.update((all) => all.map((each) => (each.reference === item.reference ? begun(each, found, phone) : each)));
    const tel = phone === null ? null : telOf({ contact: phone, contact_kind: "phone" });
    if (tel !== null) dial(tel);
  } catch (error) {
    note.set(said(error));
  }
}

function begun(each: Callback, { item }: Case, phone: string | null): Callback {
  return { ...each, state: item.state, version: item.version, agent: item.agent, contact: phone ?? each.contact };
}

/** As if a link with the number were clicked, so that the browser asks which phone to use. */
function dial(tel: string): void {
  const link = document.createElement("a");
  link.href = tel;
  link.click();
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
