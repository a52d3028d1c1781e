/** What an agent does with a case: open, act, reply, undo; every failure is told beside the case. */
import { api, ApiError } from "./api";
import { serverNow } from "./logic/clock";
import { said } from "./logic/errors";
import { draftOf, keepDraft, keepUnconfirmed, unconfirmedOf, type Unconfirmed, type Use } from "./logic/kept";
import { filter, queryOf } from "./logic/filters";
import { merged } from "./logic/queue";
import { hashOf } from "./logic/routes";
import { t } from "./logic/words";
import { keepUses, usesIn } from "./logic/writing/uses";
import * as state from "./state";
import type { Case, Message, QueueItem } from "./types";

function me(): string {
  return state.session.value?.agent.id ?? "";
}

function patch(reference: string, change: Partial<state.OpenCase>): void {
  const shown = state.open.value;
  if (shown?.reference === reference) state.open.set({ ...shown, ...change });
}

export async function openCase(reference: string): Promise<void> {
  const sending = unconfirmedOf(reference).map((each) => ({ ...each, failed: true }));
  state.open.set({ reference, found: null, trouble: null, busy: null, sending });
  await refreshCase(reference);
}

const reading = new Map<string, Promise<void>>();
const wanted = new Set<string>();
/** Rises with each answer to something that was done: a read that began before it may be older than what is shown. */
let done = 0;

/** Reads the case anew; calls that come while it is being read become one more read, which they wait for. */
export function refreshCase(reference: string): Promise<void> {
  wanted.add(reference);
  const running = reading.get(reference) ?? readWhileWanted(reference);
  reading.set(reference, running);
  return running;
}

async function readWhileWanted(reference: string): Promise<void> {
  try {
    while (wanted.delete(reference)) {
      const before = done;
      const found = await api.read(reference);
      if (done === before) show(found);
      else wanted.add(reference);
    }
  } catch (error) {
    patch(reference, { trouble: said(error) });
  } finally {
    reading.delete(reference);
  }
}

function show(found: Case): void {
  const { item } = found;
  state.cases.update((cases) => merged(cases, [item]));
  const shown = state.open.value;
  if (shown?.reference !== item.reference) return;
  const confirmed = new Set(found.transcript.map((message) => message.client_id));
  const sending = shown.sending.filter((each) => !confirmed.has(each.client_id));
  const transcript = sameWhereEqual(shown.found?.transcript ?? [], found.transcript);
  if (sending.length !== shown.sending.length) keepUnconfirmed(item.reference, sending);
  state.open.set({ ...shown, found: { ...found, transcript }, sending });
  void markSeen();
  lookAgain(item.reference, transcript);
}

const LOOK_AGAIN = 4000;
const STILL_FRESH = 120_000;
let looking: ReturnType<typeof setTimeout> | undefined;

/** How a reply fares on its way moves no case, so that the stream does not tell: for two minutes we look. */
function lookAgain(reference: string, transcript: readonly Message[]): void {
  clearTimeout(looking);
  const underWay = transcript.some(
    ({ author, delivery, at }) =>
      author === "agent" &&
      (delivery === "queued" || delivery === "sending" || delivery === "sent") &&
      serverNow() - Date.parse(at) < STILL_FRESH,
  );
  if (!underWay) return;
  looking = setTimeout(() => {
    if (state.open.value?.reference === reference && !document.hidden) void refreshCase(reference);
  }, LOOK_AGAIN);
}

/** `next` with the objects of `before` where nothing changed, so that only what is new is drawn. */
function sameWhereEqual(before: readonly Message[], next: readonly Message[]): Message[] {
  const known = new Map(before.map((message) => [message.id, message]));
  return next.map((message) => {
    const old = known.get(message.id);
    return old && old.delivery === message.delivery && old.text === message.text ? old : message;
  });
}

/** The holder who looks at the page has seen what the customer wrote. */
export async function markSeen(): Promise<void> {
  const found = state.open.value?.found;
  if (!found || document.hidden || found.item.unseen === 0 || found.item.agent?.id !== me()) return;
  await api.seen(found.item.reference, newest(found)).catch(() => undefined);
}

/** The cursor of the newest message on the page: what comes after it was not seen. */
function newest(found: Case): string | null {
  return found.transcript.at(-1)?.cursor ?? null;
}

/** Does `act` to the open case at the version that is on the screen. True when it was done. */
export async function act(name: string, values: Record<string, unknown> = {}): Promise<boolean> {
  const shown = state.open.value;
  if (!shown?.found || shown.busy) return false;
  const { reference } = shown;
  patch(reference, { busy: name, trouble: null });
  try {
    const body = { version: shown.found.item.version, ...values };
    const found = name === "undo" ? await api.undo(reference) : await api.act(reference, name, body);
    done += 1;
    show(found);
    return true;
  } catch (error) {
    await tell(reference, error);
    return false;
  } finally {
    patch(reference, { busy: null });
  }
}

/** Reads the case again so that the words say who holds it now and what became of it. */
async function tell(reference: string, error: unknown): Promise<void> {
  if (error instanceof ApiError && error.status === 409) await refreshCase(reference);
  const shown = state.open.value;
  patch(reference, { trouble: said(error, shown?.found?.item ?? null, me()) });
}

export async function undo(): Promise<void> {
  if (await act("undo")) state.note.set(t("undo.done"));
}

export async function reply(text: string, uses: readonly Use[] = []): Promise<void> {
  const shown = state.open.value;
  if (!shown?.found) return;
  const upto = newest(shown.found);
  const each = { client_id: crypto.randomUUID(), text, at: new Date().toISOString(), upto, uses, failed: false };
  const sending = [...shown.sending, each];
  keepUnconfirmed(shown.reference, sending);
  keepDraft(shown.reference, "");
  patch(shown.reference, { sending, trouble: null });
  await send(shown.reference, each.client_id);
}

/** Sends an unconfirmed reply, again if need be: its client_id makes the server say it once. */
export async function send(reference: string, client_id: string): Promise<void> {
  mark(reference, client_id, false);
  const each = state.open.value?.sending.find((one) => one.client_id === client_id);
  if (each === undefined) return;
  try {
    confirm(reference, await sent(reference, each));
    await refreshCase(reference);
  } catch (error) {
    mark(reference, client_id, true);
    await tell(reference, error);
  }
}

/** A reply may meet a version that has just risen; while the chat is still mine, it is sent at the new one. */
async function sent(reference: string, { client_id, text, upto = null, uses = [] }: Unconfirmed): Promise<Message> {
  try {
    return await api.reply(reference, version(reference), client_id, text, upto, uses);
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== "stale_version") throw error;
    const found = await api.read(reference);
    show(found);
    if (found.item.agent?.id !== me() || found.item.state !== "active") throw error;
    return await api.reply(reference, found.item.version, client_id, text, upto, uses);
  }
}

function version(reference: string): number {
  const shown = state.open.value;
  return shown?.reference === reference ? (shown.found?.item.version ?? 0) : 0;
}

function mark(reference: string, client_id: string, failed: boolean): void {
  const sending = state.open.value?.sending.map((each) => (each.client_id === client_id ? { ...each, failed } : each));
  if (sending) patch(reference, { sending });
}

function confirm(reference: string, message: Message): void {
  const shown = state.open.value;
  done += 1;
  keepUnconfirmed(
    reference,
    unconfirmedOf(reference).filter((each) => each.client_id !== message.client_id),
  );
  if (shown?.reference !== reference || !shown.found) return;
  const known = shown.found.transcript.some((each) => each.id === message.id);
  const transcript = known ? shown.found.transcript : [...shown.found.transcript, message];
  const sending = shown.sending.filter((each) => each.client_id !== message.client_id);
  patch(reference, { found: { ...shown.found, transcript }, sending });
}

/** Takes an unconfirmed reply back into the draft. */
export function drop(reference: string, client_id: string): string {
  const shown = state.open.value;
  const { text = "", uses = [] } = shown?.sending.find((each) => each.client_id === client_id) ?? {};
  keepUses(reference, [...usesIn(reference), ...uses]);
  const sending = shown?.sending.filter((each) => each.client_id !== client_id) ?? [];
  keepUnconfirmed(reference, sending);
  const draft = [draftOf(reference), text].filter(Boolean).join("\n");
  keepDraft(reference, draft);
  patch(reference, { sending });
  return draft;
}

/** Answers an offer from wherever the page is; an accepted chat is opened. */
export async function answerOffer(item: QueueItem, name: "accept" | "decline"): Promise<boolean> {
  try {
    const found = await api.act(item.reference, name, { version: item.version });
    state.cases.update((cases) => merged(cases, [found.item]));
  } catch (error) {
    const now = await api.read(item.reference).catch(() => null);
    if (now) state.cases.update((cases) => merged(cases, [now.item]));
    state.note.set(said(error, now?.item ?? null, me()));
    return false;
  }
  if (name === "accept") {
    state.route.set({ view: "queue", reference: item.reference });
    history.pushState(null, "", hashOf(state.route.value) + queryOf(filter.value));
    await openCase(item.reference);
  }
  return true;
}

/** Ends cases that nobody holds. Returns what went wrong, in words; what was refused stays chosen. */
export async function resolveMany(items: readonly QueueItem[], outcome: string, reason: string): Promise<string | null> {
  try {
    const { resolved, refused } = await api.resolveMany(items, outcome, reason);
    state.note.set(
      refused.length > 0
        ? t("bulk.left", { n: resolved.length, left: refused.length })
        : t("bulk.done", { n: resolved.length }),
    );
    state.chosen.set(refused.length > 0 ? new Set(refused.map((each) => each.reference)) : null);
    return null;
  } catch (error) {
    return said(error);
  }
}

/** Takes a notice from everybody who sees it; gone already is as good. Returns what went wrong, in words. */
export async function finishNotice(id: string, alike = false): Promise<string | null> {
  try {
    await api.alertDone(id, alike);
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 404)) return said(error);
  }
  state.notices.update((notices) => notices.filter((each) => each.id !== id));
  return null;
}
