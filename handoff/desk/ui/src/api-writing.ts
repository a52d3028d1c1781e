/** The part of the desk API that helps an agent to write. */
import { call } from "./api";
import type { CannedReply, Help, ReplyDraft, SuggestedAnswer } from "./types-writing";

interface Answers {
  answers: SuggestedAnswer[];
}

const at = (id: string, act = ""): string => `/replies/${encodeURIComponent(id)}${act && `/${act}`}`;

export interface Situation {
  said: string;
  typed: string;
  language: string;
  channel: string;
  but: readonly string[];
}

export const writing = {
  help: (reference: string) => call<Help>("GET", `/handoffs/${encodeURIComponent(reference)}/writing`),
  replies: () => call<CannedReply[]>("GET", "/replies"),
  add: (draft: ReplyDraft, own: boolean) => call<CannedReply>("POST", "/replies", { ...draft, own }),
  edit: (reply: CannedReply, draft: ReplyDraft) => call<CannedReply>("PUT", at(reply.id), { ...draft, version: reply.version }),
  remove: (reply: CannedReply) => call<void>("POST", at(reply.id, "remove"), { version: reply.version }),
  restore: (reply: CannedReply) => call<CannedReply>("POST", at(reply.id, "restore")),
  suggest: (situation: Situation) => call<Answers>("POST", "/knowledge/suggest", situation),
  search: (q: string, language: string, channel: string) =>
    call<Answers>("GET", `/knowledge/answers?${new URLSearchParams({ q, language, channel }).toString()}`),
};
