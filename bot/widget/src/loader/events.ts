// What the host page can listen to: `ready`, `open`, `close`, `unread`, `message`, `handoff`, `identity`. Never a customer's words.

export type Listener = (detail?: unknown) => void;

export class Events {
  private readonly listeners = new Map<string, Set<Listener>>();
  private ready = false;

  /** Who comes after `ready` hears it all the same. */
  on(name: string, listener: Listener): void {
    const all = this.listeners.get(name) ?? new Set();
    this.listeners.set(name, all.add(listener));
    if (name === "ready" && this.ready) listener();
  }

  off(name: string, listener: Listener): void {
    this.listeners.get(name)?.delete(listener);
  }

  /** A listener that fails is the page's own matter: it stops neither us nor the others. */
  tell(name: string, detail?: unknown): void {
    if (name === "ready") {
      if (this.ready) return;
      this.ready = true;
    }
    for (const listener of [...(this.listeners.get(name) ?? [])]) {
      try {
        listener(detail);
      } catch (error) {
        reportError(error);
      }
    }
  }
}
