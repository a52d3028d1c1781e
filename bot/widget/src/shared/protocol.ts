// What loader and panel tell each other by postMessage. Never anything personal.

export const MARK = "relevo";

export type ToPanel =
  | { relevo: "shown"; value: boolean }
  | { relevo: "language"; value: string }
  | { relevo: "prefill"; value: string };

export type ToLoader =
  | { relevo: "ready" }
  | { relevo: "close" }
  | { relevo: "unread"; value: number }
  | { relevo: "language"; value: string };

export function isOurs(data: unknown): data is { relevo: string; value?: unknown } {
  return typeof data === "object" && data !== null && typeof (data as { relevo?: unknown }).relevo === "string";
}
