/** Does something soon, once for all who ask meanwhile: who asks again does not put it off, and none runs beside another. */
export class Soon {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running = false;
  private again: number | null = null;

  constructor(private readonly act: () => Promise<void>) {}

  in(milliseconds: number): void {
    if (this.running) this.again ??= milliseconds;
    else this.timer ??= setTimeout(() => void this.run(), milliseconds);
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.again = null;
  }

  private async run(): Promise<void> {
    this.timer = undefined;
    this.running = true;
    try {
      await this.act();
    } finally {
      this.running = false;
      const again = this.again;
      this.again = null;
      if (again !== null) this.in(again);
    }
  }
}
