// The desk's "send me a test": a conversation that the address names, kept for this page alone. Whatever else this
// browser keeps of a visit to us stays as it is.

import { type Box, MemoryBox } from "./storage";

/** The box of a test conversation, or null. The address forgets it at once; reloading begins an ordinary visit. */
export function testBox(): Box | null {
  const found = /^#test=([\w-]+):([\w.~-]+)$/.exec(location.hash);
  if (!found || parent !== window) return null;
  history.replaceState(null, "", location.pathname + location.search);
  const box = new MemoryBox();
  box.set("relevo:conversation", JSON.stringify({ id: found[1], token: found[2] }));
  return box;
}
