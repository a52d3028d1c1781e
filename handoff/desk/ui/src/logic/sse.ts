/** Server-sent events out of a text stream, in whatever pieces it comes. */
export interface StreamEvent {
  event: string;
  id: string | null;
  data: string;
}

export class EventReader {
  private rest = "";

  /** The events that are complete once `piece` has come; comments (heartbeats) are none. */
  push(piece: string): StreamEvent[] {
    // A lone CR at the end may be half of a CRLF: it waits for the next piece.
    const text = this.rest + piece;
    const cut = text.endsWith("\r") ? text.length - 1 : text.length;
    const blocks = text.slice(0, cut).replace(/\r\n?/g, "\n").split("\n\n");
    this.rest = (blocks.pop() ?? "") + text.slice(cut);
    return blocks.map(parse).filter((found) => found !== null);
  }
}

function parse(block: string): StreamEvent | null {
  let event = "message";
  let id: string | null = null;
  const data: string[] = [];
  for (const line of block.split("\n")) {
    const colon = line.indexOf(":");
    if (colon === 0) continue;
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (name === "event") event = value;
    else if (name === "id") id = value;
    else if (name === "data") data.push(value);
  }
  return data.length > 0 ? { event, id, data: data.join("\n") } : null;
}
