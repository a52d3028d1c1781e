/** The desk's life: signing in and out, following the stream, presence, and where we are. */
import { api, ApiError, useCsrf, whenMustEnrol, whenSignedOut, type SignInBody } from "./api";
import { Live } from "./live";
import { setServerNow } from "./logic/clock";
import { forgetWork, write } from "./logic/kept";
import { attention, grouped, merged } from "./logic/queue";
import { hashOf, inviteIn, routeOf } from "./logic/routes";
import { said } from "./logic/errors";
import { t } from "./logic/words";
import { chime } from "./sound";
import * as state from "./state";
import type { Changes, QueueItem, Session, Status } from "./types";
import { openCase, refreshCase } from "./work";

let live: Live | null = null;
let beats: Worker | null = null;

export async function start(): Promise<void> {
  whenSignedOut(signedOut);
  whenMustEnrol(mustEnrol);
  const invite = inviteIn(location.hash);
  if (invite) {
    history.replaceState(null, "", location.pathname + hashOf({ view: "queue", reference: null }));
    await signIn({ invite });
    return;
  }
  try {
    await enter(await api.session());
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
      state.signInTrouble.set(error.code === "second_factor_wrong" ? t("factor.wrong") : null);
      return;
    }
    const refused = error instanceof ApiError && error.status === 401;
    const word = "invite" in body ? "signin.link_used" : "signin.refused";
    state.signInTrouble.set(refused ? t(word) : said(error));
  }
}

async function enter(session: Session): Promise<void> {
  useCsrf(session.csrf);
  setServerNow(session.now);
  state.session.set(session);
  if (session.must_enrol) return mustEnrol();
  await readQueue();
  state.signInAgain.set(false);
  state.phase.set("in");
  beat();
  follow();
  void go(routeOf(location.hash));
}

let cursor = "";

async function readQueue(): Promise<void> {
  const [queue, agents, told] = await Promise.all([api.queue(), api.agents(), api.alerts()]);
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

/** A sound for what is new to me: a waiting chat, an offer, a customer's message in a chat of mine. */
function ringFor(items: readonly QueueItem[]): void {
  const me = state.session.value?.agent.id ?? "";
  const rings = items.some((item) => {
    const known = state.cases.value.get(item.reference);
    const offer = item.state === "offered" && item.offered_to?.id === me && known?.state !== "offered";
    const fresh = item.state === "waiting" && !known;
    const written = item.agent?.id === me && item.unseen > (known?.unseen ?? 0);
    return offer || fresh || written;
  });
  if (rings && state.sound.value) chime();
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
  const hash = hashOf(to);
  if (location.hash !== hash) history.pushState(null, "", hash);
  state.route.set(to);
  if (to.reference === null) state.open.set(null);
  else if (state.open.value?.reference !== to.reference) await openCase(to.reference);
}

addEventListener("popstate", () => {
  if (state.phase.value === "in") void go(routeOf(location.hash));
});
addEventListener("hashchange", () => {
  const invite = inviteIn(location.hash);
  if (invite) void start();
});

function retitle(): void {
  const session = state.session.value;
  const name = session ? t("app.title", { business: session.business }) : "Relevo";
  const count = session ? attention(grouped(state.cases.value.values(), session.agent.id)) : 0;
  document.title = count > 0 ? `(${count}) ${name}` : name;
}
state.cases.listen(retitle);
state.session.listen(retitle);
