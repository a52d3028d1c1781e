// What loader and panel tell each other by postMessage. `keep` and `kept` are used only where the browser denies
// storage to a frame of another site; then token and unsent queue are kept by the host page, which frames us anyway.

export const MARK = "relevo";

export type ToPanel =
  | { relevo: "shown"; value: boolean }
  | { relevo: "language"; value: string }
  | { relevo: "prefill"; value: string }
  | { relevo: "identify"; value: string | null }
  | { relevo: "kept"; value: Record<string, string> };

/** What the host page is told: never a word of the conversation. */
export interface Told {
  message: { id: string; author: string; at: string };
  handoff: { state: string; reference: string | null };
}

export type ToLoader =
  | { relevo: "ready" }
  | { relevo: "close" }
  | { relevo: "recall" }
  | { relevo: "keep"; key: string; value: string | null }
  | { relevo: "unread"; value: number }
  | { relevo: "message"; value: Told["message"] }
  | { relevo: "handoff"; value: Told["handoff"] }
  | { relevo: "identity"; value: { code: string } }
  | { relevo: "language"; value: string };

export function isOurs(data: unknown): data is { relevo: string; key?: unknown; value?: unknown } {
  return typeof data === "object" && data !== null && typeof (data as { relevo?: unknown }).relevo === "string";
}
