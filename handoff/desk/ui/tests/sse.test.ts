import { describe, expect, it } from "vitest";
import { EventReader } from "../src/logic/sse";

const WHOLE = "event: changes\r\nid: c1\r\ndata: {\"a\":\r\ndata: 1}\r\n\r\n: ping\r\n\r\nevent: signed_out\ndata: {}\n\n";

describe("the stream's reader", () => {
  it("gives the same events however the stream is cut", () => {
    for (let cut = 0; cut <= WHOLE.length; cut += 1) {
      const reader = new EventReader();
      const events = [...reader.push(WHOLE.slice(0, cut)), ...reader.push(WHOLE.slice(cut))];
      expect(events).toEqual([
        { event: "changes", id: "c1", data: '{"a":\n1}' },
        { event: "signed_out", id: null, data: "{}" },
      ]);
    }
  });

  it("takes it sign by sign", () => {
    const reader = new EventReader();
    expect([...WHOLE].flatMap((sign) => reader.push(sign))).toHaveLength(2);
  });
});
