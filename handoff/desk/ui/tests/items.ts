import type { Callback, QueueItem } from "../src/types";

export const ME = "me";

export function item(values: Partial<QueueItem> = {}): QueueItem {
  return {
    reference: "R-222222",
    version: 1,
    state: "waiting",
    urgency: "normal",
    reason: "request",
    evidence: "quiero hablar con una persona",
    language: "es",
    channel: "web",
    waiting_since: "2026-11-20T10:00:00Z",
    customer_label: "web 1aa0",
    deadline_at: "2026-11-20T10:03:00Z",
    deadline_kind: "answer_by",
    agent: null,
    offered_to: null,
    due_at: null,
    unseen: 0,
    last_text: "",
    last_author: "customer",
    rung: 0,
    pending: null,
    ...values,
  };
}

export function callback(values: Partial<Callback> = {}): Callback {
  return {
    reference: "R-222222",
    version: 1,
    state: "promised",
    customer_label: "Carmen",
    language: "es",
    due_at: "2026-11-20T12:00:00Z",
    overdue: false,
    attempts: 0,
    contact: "+34600111222",
    contact_kind: "phone",
    message: "",
    breaches: 0,
    urgency: "normal",
    agent: null,
    ...values,
  };
}
