/** The desk's life: signing in and out, following the stream, presence, and where we are. */
import { api, ApiError, useCsrf, whenMustEnrol, whenSignedOut, type SignInBody } from "./api";
import { Live } from "./live";
import { setServerNow } from "./logic/clock";
import { forgetWork, write } from "./logic/kept";
import { filter, filterIn, queryOf, type Filter } from "./logic/filters";
import { newsIn } from "./logic/news";
import { attention, merged } from "./logic/queue";
import { hashOf, inviteIn, routeOf } from "./logic/routes";
import { said } from "./logic/errors";
import { t } from "./logic/words";
import { notify } from "./notify";
import { chime } from "./sound";
import * as state from "./state";
import type { Changes, QueueItem, Session, Status } from "./types";
import { openCase, refreshCase } from "./work";

let live: Live | null = null;
let beats: Worker | null = null;

/** `kept`: what this browser had written down is there again. */
export async function start(kept?: Promise<void>): Promise<void> {
  whenSignedOut(signedOut);
  whenMustEnrol(mustEnrol);
  const invite = inviteIn(location.hash);
  if (invite) {
    history.replaceState(null, "", location.pathname + hashOf({ view: "queue", reference: null }));
    await kept;
    await signIn({ invite });
    return;
  }
  try {
    const early = readings(); // whoever opens the page is most likely signed in: the queue comes with the session
    early.catch(() => undefined);
    const session = await api.session();
    await kept;
    await enter(session, early);
  } catch (error) {
    state.phase.set("signed_out");
    if (error instanceof ApiError && error.status !== 401) state.signInTrouble.set(said(error));
  }
}

export async function signIn(body: SignInBody): Promise<void> {
  state.signInTrouble.set(null);
  try {
    const session = await api.signIn(body);
    const before = state.session.value;
    if (before && before.agent.id !== session.agent.id) forgetWork();
    state.codeAsked.set(null);
    await enter(session);
    if ("invite" in body && !session.has_password) state.askPassword.set(true);
  } catch (error) {
    if (state.phase.value === "opening") state.phase.set("signed_out");
    if (error instanceof ApiError && error.code.startsWith("second_factor_")) {
      state.codeAsked.set(body);
      state.signInTrouble.set(error.code === "second_factor_wrong" ? t("factor.wrong") : error.code === "second_factor_needed" ? null : said(error));
      return;
    }
    const refused = error instanceof ApiError && error.status === 401;
    const word = "invite" in body ? "signin.link_used" : "signin.refused";
    state.signInTrouble.set(refused ? t(word) : said(error));
  }
}

async function enter(session: Session, early?: Readings): Promise<void> {
  useCsrf(session.csrf);
  setServerNow(session.now);
  state.session.set(session);
  if (session.must_enrol) return mustEnrol();
  await readQueue(early);
  state.signInAgain.set(false);
  state.phase.set("in");
  beat();
  follow();
  const to = routeOf(location.hash);
  if (to.view === "queue") filter.set(filterIn(location.hash));
  void go(to);
}

let cursor = "";

type Readings = ReturnType<typeof readings>;

const readings = () => Promise.all([api.queue(), api.agents(), api.alerts()]);

async function readQueue(early?: Readings): Promise<void> {
  const [queue, agents, told] = await (early ?? readings());
  setServerNow(queue.now);
  cursor = queue.cursor;
  const items = [...queue.waiting, ...queue.mine, ...queue.others];
  state.cases.set(new Map(items.map((item) => [item.reference, item])));
  state.callbacks.set(queue.callbacks);
  state.presence.set(agents);
  state.notices.set(told.alerts);
}

function follow(): void {
  live?.stop();
  live = new Live(cursor, {
    onChanges: take,
    onLive: (on) => state.live.set(on),
    onSignedOut: signedOut,
  });
  live.start();
}

function take(changes: Changes): void {
  setServerNow(changes.now);
  if (changes.presence) state.presence.set(changes.presence);
  if (changes.alerts) state.notices.set(changes.alerts);
  if (changes.reset) {
    void readQueue().catch(() => undefined);
    return;
  }
  state.changed.update((count) => count + 1);
  ringFor(changes.cases);
  state.cases.update((cases) => merged(cases, changes.cases));
  const references = new Set(changes.cases.map((item) => item.reference));
  const known = state.callbacks.value.some((each) => references.has(each.reference));
  if (known || changes.cases.some((item) => item.due_at !== null || item.state === "promised")) readCallbacks();
  const shown = state.open.value;
  if (shown && references.has(shown.reference)) void refreshCase(shown.reference);
}

/** A sound, and a notification, for what is new to me; each on choice. */
function ringFor(items: readonly QueueItem[]): void {
  const news = newsIn(items, state.cases.value, state.session.value?.agent.id ?? "");
  if (news.length > 0 && state.sound.value) chime();
  notify(news);
}

let callbacksSoon: ReturnType<typeof setTimeout> | undefined;

function readCallbacks(): void {
  clearTimeout(callbacksSoon);
  callbacksSoon = setTimeout(() => {
    void api
      .callbacks()
      .then((answer) => state.callbacks.set(answer.callbacks))
      .catch(() => undefined);
  }, 200);
}

function signedOut(): void {
  live?.stop();
  beats?.postMessage(null);
  if (state.phase.value === "in") state.signInAgain.set(true);
}

/** Whoever must set up a second factor first follows nothing and is not there for customers. */
function mustEnrol(): void {
  if (state.session.value === null) return; // asked before we knew who it is; the session says it too
  live?.stop();
  beats?.postMessage(null);
  state.phase.set("must_enrol");
}

export async function signOut(): Promise<void> {
  try {
    await api.signOut();
  } catch (error) {
    state.note.set(said(error));
    return;
  }
  live?.stop();
  beats?.postMessage(null);
  forgetWork();
  state.session.set(null);
  state.open.set(null);
  state.phase.set("signed_out");
  history.replaceState(null, "", location.pathname);
}

export function setStatus(next: Status): void {
  state.status.set(next);
  write("status", next);
  beat();
}

function beat(): void {
  if (!beats) {
    beats = new Worker(new URL("./beat.worker.ts", import.meta.url), { type: "module" });
    beats.addEventListener("message", signedOut);
  }
  beats.postMessage({ csrf: state.session.value?.csrf ?? "", status: state.status.value });
}

export async function go(to: state.Route): Promise<void> {
  const hash = addressOf(to);
  if (location.hash !== hash) history.pushState(null, "", hash);
  state.route.set(to);
  if (to.reference === null) state.open.set(null);
  else if (state.open.value?.reference !== to.reference) await openCase(to.reference);
}

/** The address of a place; the queue's filter stays in it. */
export function addressOf(to: state.Route): string {
  return hashOf(to) + (to.view === "queue" ? queryOf(filter.value) : "");
}

/** Shows other chats of the queue, and keeps that in the address. */
export function refilter(next: Filter): void {
  filter.set(next);
  history.replaceState(null, "", addressOf(state.route.value));
}

addEventListener("popstate", () => {
  if (state.phase.value !== "in") return;
  const to = routeOf(location.hash);
  if (to.view === "queue") filter.set(filterIn(location.hash));
  void go(to);
});
addEventListener("hashchange", () => {
  const invite = inviteIn(location.hash);
  if (invite) void start();
});

function retitle(): void {
  const session = state.session.value;
  const name = session ? t("app.title", { business: session.business }) : "Relevo";
  const count = session ? attention(state.cases.value.values(), session.agent.id) : 0;
  document.title = count > 0 ? `(${count}) ${name}` : name;
}
state.cases.listen(retitle);
state.session.listen(retitle);
