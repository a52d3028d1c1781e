/** What in a batch of snapshots is news to me: a chat that waits, an offer, a customer's words in a chat of mine. */
import type { QueueItem } from "../types";
import type { Cases } from "./queue";

export type NewsKind = "offer" | "message" | "chat";

export interface News {
  kind: NewsKind;
  item: QueueItem;
}

/** The most pressing first. `known` is what the page knew before the batch. */
export function newsIn(items: readonly QueueItem[], known: Cases, me: string): News[] {
  const news = items.flatMap((item) => {
    const kind = kindOf(item, known.get(item.reference), me);
    return kind ? [{ kind, item }] : [];
  });
  const rank: Record<NewsKind, number> = { offer: 0, message: 1, chat: 2 };
  return news.sort((a, b) => rank[a.kind] - rank[b.kind]);
}

function kindOf(item: QueueItem, before: QueueItem | undefined, me: string): NewsKind | null {
  if (before && before.version > item.version) return null;
  if (item.state === "offered" && item.offered_to?.id === me && before?.state !== "offered") return "offer";
  if (item.agent?.id === me && item.unseen > (before?.unseen ?? 0)) return "message";
  return item.state === "waiting" && !before ? "chat" : null;
}
