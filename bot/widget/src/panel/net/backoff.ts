// Waiting before another try: longer each time, with chance in it, and cut short when the world looks better.

// A restart takes seconds: for half a minute nobody waits long after it; then pages leave a service that is down alone.
const STEPS = [300, 1000, 2000, 3000, 3000, 3000, 4000, 4000, 5000, 5000, 8000, 15_000];

export class Backoff {
  private tries = 0;
  private wake: (() => void) | undefined;

  reset(): void {
    this.tries = 0;
  }

  /** The next delay in milliseconds, between half and all of its step, and never less than `least`. */
  next(least = 0, chance: number = Math.random()): number {
    const step = STEPS[Math.min(this.tries, STEPS.length - 1)]!;
    this.tries += 1;
    return Math.max(least, step * (0.5 + chance / 2));
  }

  async pause(least = 0): Promise<void> {
    const delay = this.next(least);
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, delay);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.wake = undefined;
  }

  /** Ends the present pause now. */
  hurry(): void {
    this.tries = 0;
    this.wake?.();
  }
}
