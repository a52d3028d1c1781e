// What the browser keeps: the conversation's token and what is not sent yet. Without storage, only for this page.

export interface Box {
  get(key: string): string | null;
  set(key: string, value: string): void;
  remove(key: string): void;
  keys(prefix: string): string[];
}

export class MemoryBox implements Box {
  private readonly values = new Map<string, string>();

  get(key: string): string | null {
    return this.values.get(key) ?? null;
  }

  set(key: string, value: string): void {
    this.values.set(key, value);
  }

  remove(key: string): void {
    this.values.delete(key);
  }

  keys(prefix: string): string[] {
    return [...this.values.keys()].filter((key) => key.startsWith(prefix)).sort();
  }
}

/** Writes to both: a full or forbidden storage loses nothing while the page is open. */
export class BrowserBox implements Box {
  private readonly here = new MemoryBox();

  constructor(private readonly storage: Storage) {}

  get(key: string): string | null {
    return this.storage.getItem(key) ?? this.here.get(key);
  }

  set(key: string, value: string): void {
    try {
      this.storage.setItem(key, value);
      this.here.remove(key);
    } catch {
      this.here.set(key, value);
    }
  }

  remove(key: string): void {
    this.storage.removeItem(key);
    this.here.remove(key);
  }

  keys(prefix: string): string[] {
    const stored = Array.from({ length: this.storage.length }, (_, at) => this.storage.key(at) ?? "");
    return [...new Set([...stored.filter((key) => key.startsWith(prefix)), ...this.here.keys(prefix)])].sort();
  }
}

/** Some browsers deny storage to a frame of another site: then the host page keeps it for us. */
export class HostBox extends MemoryBox {
  constructor(
    kept: Record<string, string>,
    private readonly keep: (key: string, value: string | null) => void,
  ) {
    super();
    for (const [key, value] of Object.entries(kept)) super.set(key, value);
  }

  override set(key: string, value: string): void {
    super.set(key, value);
    this.keep(key, value);
  }

  override remove(key: string): void {
    super.remove(key);
    this.keep(key, null);
  }
}

/** The browser's own storage, or null where it is denied. */
export function openBox(storage: () => Storage): Box | null {
  try {
    const found = storage();
    found.getItem("relevo");
    return new BrowserBox(found);
  } catch {
    return null;
  }
}
