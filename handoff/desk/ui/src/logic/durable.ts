/** A second copy of drafts, on disk at once: what localStorage heard in the last seconds dies with a killed browser. */

export interface Durable {
  key: string;
  /** Null: it was thrown away. */
  value: string | null;
  /** Rises with every change of this browser's. */
  at: number;
}

const STORE = "work";
const unwritten = new Map<string, Durable>();
let busy = false;
let opened: Promise<IDBDatabase> | null = null;

const possible = (): boolean => typeof indexedDB !== "undefined";

export function keepDurably(each: Durable): void {
  if (!possible()) return;
  unwritten.set(each.key, each);
  if (!busy) void writeAll();
}

/** Everything that is on disk; nothing where the browser has no such place. */
export async function durable(): Promise<Durable[]> {
  if (!possible()) return [];
  const store = (await database()).transaction(STORE, "readonly").objectStore(STORE);
  return await done(store.getAll() as IDBRequest<Durable[]>);
}

export async function forgetDurably(): Promise<void> {
  unwritten.clear();
  if (possible()) await change((store) => store.clear());
}

/** What comes while one writing is under way is written together, with only the newest of each. */
async function writeAll(): Promise<void> {
  busy = true;
  try {
    while (unwritten.size > 0) {
      const batch = [...unwritten.values()];
      unwritten.clear();
      await change((store) => batch.forEach((each) => store.put(each)));
    }
  } catch {
    // full or blocked: localStorage has it still
  } finally {
    busy = false;
  }
}

async function change(act: (store: IDBObjectStore) => void): Promise<void> {
  const transaction = (await database()).transaction(STORE, "readwrite", { durability: "strict" });
  act(transaction.objectStore(STORE));
  await new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onerror = transaction.onabort = () => reject(transaction.error ?? new Error("aborted"));
  });
}

function database(): Promise<IDBDatabase> {
  opened ??= open().catch((error: unknown) => {
    opened = null;
    throw error;
  });
  return opened;
}

function open(): Promise<IDBDatabase> {
  const request = indexedDB.open("relevo.desk", 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "key" });
  return done(request);
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("refused"));
  });
}
