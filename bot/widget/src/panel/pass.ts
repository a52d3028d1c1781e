// The conversation's id and token in the browser's storage; one for all tabs of this browser.

import type { Api, Elsewhere, Pass } from "./net/api";
import { CallFailed } from "./net/errors";
import { newId } from "./net/ids";
import type { Started } from "./net/shapes";
import type { Box } from "./storage";

const CONVERSATION = "relevo:conversation";
const STARTING = "relevo:starting"; // the key of a start whose answer has not come: repeated, it is the same start

export class PassKeeper {
  identity: string | undefined; // the site's token, with which the next conversation begins; never stored
  settled: (code: string, elsewhere?: Elsewhere) => void = () => {};

  constructor(
    private readonly api: Api,
    private readonly box: Box,
  ) {}

  read(): Pass | undefined {
    try {
      const stored = JSON.parse(this.box.get(CONVERSATION) ?? "null") as Partial<Pass> | null;
      if (typeof stored?.id === "string" && typeof stored.token === "string") return { id: stored.id, token: stored.token };
    } catch {
      this.box.remove(CONVERSATION);
    }
    return undefined;
  }

  /** Whether the site has said who this is: then the next person here must not read it. */
  isKnown(): boolean {
    return this.box.get(CONVERSATION)?.includes('"known":true') ?? false;
  }

  keep(pass: Pass, known: boolean): void {
    this.box.set(CONVERSATION, JSON.stringify({ id: pass.id, token: pass.token, ...(known && { known }) }));
  }

  /** The stored conversation, else a new one; two tabs that begin at once get the same. */
  async obtain(language: string): Promise<{ pass: Pass; started?: Started }> {
    return alone(async () => {
      const stored = this.read();
      if (!stored) return this.start(language);
      return this.identity && this.isKnown() ? this.confirm(stored, this.identity, language) : { pass: stored };
    });
  }

  /** Somebody known was here before: nothing of it is shown until the server has said that it is the same person. */
  private async confirm(stored: Pass, identity: string, language: string): Promise<{ pass: Pass; started?: Started }> {
    try {
      const { elsewhere } = await this.api.identify(stored, identity);
      this.identity = undefined;
      this.settled("ok", elsewhere);
    } catch (error) {
      if (!(error instanceof CallFailed) || error.passing) throw error;
      if (error.code === "identity_conflict" || error.refused) {
        this.forget(stored);
        return this.start(language);
      }
      this.identity = undefined;
      this.settled(error.code);
    }
    return { pass: stored };
  }

  /** Forgets this conversation, unless another tab has a new one already. */
  forget(pass: Pass): void {
    if (this.read()?.token === pass.token) this.box.remove(CONVERSATION);
  }

  private async start(language: string): Promise<{ pass: Pass; started?: Started }> {
    const key = this.box.get(STARTING) ?? newId();
    this.box.set(STARTING, key);
    const identity = this.identity;
    try {
      const started = await this.api.start(language, key, identity);
      const pass = { id: started.conversation_id, token: started.token };
      this.keep(pass, identity !== undefined);
      this.box.remove(STARTING);
      this.identity = undefined;
      if (!identity) return { pass, started };
      this.settled("ok");
      return { pass }; // it may be one that is under way: the whole of it is read
    } catch (error) {
      if (error instanceof CallFailed && !error.passing) this.box.remove(STARTING);
      if (!identity || !(error instanceof CallFailed) || error.passing) throw error;
      this.identity = undefined; // whoever it was, they are not turned away
      this.settled(error.code);
      return this.start(language);
    }
  }
}

/** One tab at a time, where the browser lets us: locks need a secure context and storage that is not denied. */
async function alone<T>(work: () => Promise<T>): Promise<T> {
  const locks = navigator.locks as LockManager | undefined;
  let entered = false;
  const enter = () => {
    entered = true;
    return work();
  };
  try {
    return locks ? ((await locks.request("relevo:start", enter)) as T) : await work();
  } catch (error) {
    if (entered || !(error instanceof DOMException)) throw error;
    return work();
  }
}
