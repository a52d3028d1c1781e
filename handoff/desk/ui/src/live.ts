/** The live stream: follows the desk from a cursor, for ever, and says when it cannot. */
import { ApiError, openEvents } from "./api";
import { EventReader } from "./logic/sse";
import type { Changes } from "./types";

const SILENCE = 40_000; // heartbeats come every 15 s
const LONGEST_PAUSE = 10_000;

export interface Ear {
  onChanges(changes: Changes): void;
  onLive(live: boolean): void;
  onSignedOut(): void;
}

export class Live {
  private stopped = false;
  private abort = new AbortController();
  private failures = 0;

  constructor(
    private cursor: string,
    private readonly ear: Ear,
  ) {}

  start(): void {
    void this.run();
  }

  stop(): void {
    this.stopped = true;
    this.abort.abort();
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      try {
        await this.follow();
      } catch (error) {
        if (error instanceof ApiError && error.status === 401) return; // the sign-in window starts a new one
      }
      if (this.stopped) return;
      this.ear.onLive(false);
      await pause(Math.min(LONGEST_PAUSE, 500 * 2 ** this.failures++) * (0.75 + Math.random() / 2));
    }
  }

  /** One connection, until it ends, breaks, or has been silent for too long. */
  private async follow(): Promise<void> {
    this.abort = new AbortController();
    let watchdog = this.watch();
    try {
      const response = await openEvents(this.cursor, this.abort.signal);
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
      if (!reader) return;
      this.ear.onLive(true);
      const events = new EventReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        clearTimeout(watchdog);
        watchdog = this.watch();
        this.failures = 0;
        for (const event of events.push(value)) this.take(event.event, event.data);
      }
    } finally {
      clearTimeout(watchdog);
    }
  }

  private watch(): ReturnType<typeof setTimeout> {
    return setTimeout(() => this.abort.abort(), SILENCE);
  }

  private take(event: string, data: string): void {
    if (this.stopped) return;
    if (event === "signed_out") this.ear.onSignedOut();
    if (event !== "changes") return;
    const changes = JSON.parse(data) as Changes;
    this.ear.onChanges(changes);
    this.cursor = changes.cursor;
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((done) => setTimeout(done, milliseconds));
}
