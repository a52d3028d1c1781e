/** The shapes of what helps an agent to write. */

export interface CannedReply {
  id: string;
  own: boolean;
  name: string;
  topic: string;
  /** Language → text; one that is missing was not written. */
  texts: Readonly<Record<string, string>>;
  version: number;
  updated_at: string;
}

export interface ReplyDraft {
  name: string;
  topic: string;
  texts: { en: string; es: string };
}

/** What fills a canned reply in one case; what is unknown is not there. */
export interface Help {
  reference: string;
  language: string;
  channel: string;
  values: Readonly<Record<string, string>>;
  max_segments: number | null;
  /** What is sent after the reply, and counts. */
  tail: string;
}

export interface SuggestedAnswer {
  id: string;
  version: number;
  release: number;
  title: string;
  text: string;
  source: string | null;
  by: "customer" | "typed" | "words";
  token: string;
}
