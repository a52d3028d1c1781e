// Keeps token and unsent queue for a panel that the browser denies storage. Only our own names, never a cookie.

const PREFIX = "relevo:";

export function recall(): Record<string, string> {
  try {
    return Object.fromEntries(Object.entries(localStorage).filter(([key]) => key.startsWith(PREFIX))) as Record<string, string>;
  } catch {
    return {};
  }
}

export function keep(key: unknown, value: unknown): void {
  if (typeof key !== "string" || !key.startsWith(PREFIX)) return;
  try {
    if (typeof value === "string") localStorage.setItem(key, value);
    else localStorage.removeItem(key);
  } catch {
    // Full or forbidden: the panel still has it while the page is open.
  }
}
