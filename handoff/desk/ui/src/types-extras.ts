/** Shapes of notes, attachments, hints and how the customer is reached. */

export interface Attachment {
  id: string;
  content_type: string;
  is_image: boolean;
}

/** How the customer can be reached now. `status`: of the chat's way by text. */
export interface Reach {
  phone: string | null;
  proven: boolean;
  status: "asked" | "live" | "paused" | "over" | null;
  ended_by: string | null;
  opted_out: boolean;
  page: boolean;
}

export interface NoteLeft {
  id: string;
  at: string;
  text: string;
  agent: string | null;
  reference: string;
}

/** What a page heard of a chat: `who` is "customer" or an agent's id. */
export interface Hint {
  who: string;
  what: "here" | "left" | "typing" | "reply" | "note";
  page: string;
}
