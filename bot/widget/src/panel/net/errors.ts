// What can go wrong with a call, in the three ways that matter here: try again, start anew, or ask the customer.

export class CallFailed extends Error {
  constructor(
    readonly status: number, // 0: no answer at all
    readonly code: string,
    readonly fields: Record<string, string> = {},
  ) {
    super(code);
  }

  /** The server did not decide: the same call may be sent again. */
  get passing(): boolean {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }

  /** The token is no longer any good. */
  get refused(): boolean {
    return this.status === 401 || this.status === 404;
  }

  /** Milliseconds that the server asks us to wait. */
  get wait(): number {
    const seconds = Number(this.fields["retry_after"]);
    return Number.isFinite(seconds) ? seconds * 1000 : 0;
  }
}

/** Anything else is a fault of ours: it is shown to developers, and tried again like a lost connection. */
export function asFailed(error: unknown): CallFailed {
  if (error instanceof CallFailed) return error;
  console.error("relevo", error);
  return new CallFailed(0, "broken");
}
