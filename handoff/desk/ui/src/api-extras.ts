/** Notes, going on by text, attachments and hints of the desk API. */
import { call } from "./api";
import type { Case, Message } from "./types";

const ROOT = "/api/v1/desk";
const at = (reference: string, act: string): string => `/handoffs/${encodeURIComponent(reference)}/${act}`;

export const extras = {
  note: (reference: string, client_id: string, text: string) =>
    call<Message>("POST", at(reference, "notes"), { client_id, text }),
  byText: (reference: string, version: number) => call<Case>("POST", at(reference, "by-text"), { version }),
  byPage: (reference: string, version: number) => call<Case>("POST", at(reference, "by-page"), { version }),
  typing: (reference: string, what: "reply" | "note") => call<void>("POST", at(reference, "typing"), { what }),
};

export function addressOf(attachment: string): string {
  return `${ROOT}/attachments/${encodeURIComponent(attachment)}`;
}

/** `quiet`: nobody hears that this page follows it; for whoever may listen. */
export async function openHints(reference: string, quiet: boolean, signal: AbortSignal): Promise<Response> {
  return fetch(`${ROOT}${at(reference, "hints")}${quiet ? "?quiet=1" : ""}`, {
    headers: { Accept: "text/event-stream" },
    credentials: "same-origin",
    cache: "no-store",
    signal,
  });
}
