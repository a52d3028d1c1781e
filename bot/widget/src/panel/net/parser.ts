// Server-sent events out of pieces of text, wherever the pieces are cut.

export interface StreamEvent {
  id: string;
  event: string;
  data: string;
}

export class EventParser {
  private rest = "";
  private id = "";
  private event = "";
  private data: string[] = [];
  private started = false;

  /** The events that are complete with this piece. */
  feed(piece: string): StreamEvent[] {
    if (!this.started && piece) {
      this.started = true;
      piece = piece.replace(/^\uFEFF/, "");
    }
    this.rest += piece;
    const events: StreamEvent[] = [];
    for (let line = this.nextLine(); line !== null; line = this.nextLine()) {
      const done = this.take(line);
      if (done) events.push(done);
    }
    return events;
  }

  /** A line ends with \n, \r\n or \r; a \r at the very end may still be half of \r\n. */
  private nextLine(): string | null {
    const end = this.rest.search(/[\r\n]/);
    if (end < 0 || (this.rest[end] === "\r" && end === this.rest.length - 1)) return null;
    const line = this.rest.slice(0, end);
    this.rest = this.rest.slice(end + (this.rest.startsWith("\r\n", end) ? 2 : 1));
    return line;
  }

  private take(line: string): StreamEvent | null {
    if (line === "") return this.finish();
    const colon = line.indexOf(":");
    if (colon === 0) return null;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "id" && !value.includes("\0")) this.id = value;
    else if (field === "event") this.event = value;
    else if (field === "data") this.data.push(value);
    return null;
  }

  private finish(): StreamEvent | null {
    const done = this.data.length ? { id: this.id, event: this.event || "message", data: this.data.join("\n") } : null;
    this.event = "";
    this.data = [];
    return done;
  }
}
