/** Single keys do the common things; never while typing, never with a modifier, and they can be turned off. */
import { go } from "./desk";
import { elsewhere } from "./keys-places";
import { actsOn } from "./logic/acts";
import { grouped, neighbour } from "./logic/queue";
import { cases, dialog, keysOn, open, phase, route, session, signInAgain } from "./state";
import { reachable } from "./views/Bar";
import { finding } from "./views/chat/Find";
import { shownOrder } from "./views/Queue";
import { act, answerOffer, undo } from "./work";

export function listenToKeys(): void {
  addEventListener("keydown", (event) => {
    const busy = phase.value !== "in" || signInAgain.value || dialog.value !== null || !keysOn.value;
    if (busy || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
    if (take(event.key)) event.preventDefault();
  });
}

function typing(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("input, textarea, select, dialog, [contenteditable]") !== null;
}

function take(key: string): boolean {
  if (elsewhere(key)) return true;
  switch (key) {
    case "j":
      return step(1);
    case "k":
      return step(-1);
    case "c":
      return claim();
    case "a":
      return answer("accept");
    case "d":
      return answer("decline");
    case "r":
      return focus("composer");
    case "n":
      return press("add-note", "note-text");
    case "e":
      return ask("resolve");
    case "f":
      finding.set(open.value?.found != null);
      return finding.value;
    case "t":
      return ask("transfer");
    case "b":
      return ask("return");
    case "p":
      return ask("callback");
    case "l":
      return call();
    case "1":
    case "2":
    case "3":
    case "4":
      return press(`attempt-${key}`, null);
    case "u":
      void undo();
      return true;
    case "/":
      return focus("search");
    case "?":
      dialog.set("keys");
      return true;
    case "Escape":
      void go({ view: route.value.view, reference: null });
      return true;
    default:
      return false;
  }
}

/** In the list of the knowledge the focus goes from row to row; Enter opens one. */
function stepInKnowledge(by: 1 | -1): boolean {
  const rows = [...document.querySelectorAll<HTMLElement>(".knowledge .row")];
  const next = rows[Math.min(Math.max(rows.findIndex((row) => row === document.activeElement) + by, 0), rows.length - 1)];
  next?.focus();
  return next !== undefined;
}

function step(by: 1 | -1): boolean {
  if (route.value.view === "knowledge") return stepInKnowledge(by);
  const reference = neighbour(shownOrder(), route.value.reference, by);
  if (reference === null) return false;
  void go({ view: route.value.view, reference });
  document.querySelector(`[data-reference="${CSS.escape(reference)}"]`)?.scrollIntoView({ block: "nearest" });
  return true;
}

function possible(): ReadonlySet<string> {
  const found = open.value?.found;
  return found ? actsOn(found.item, session.value?.agent.id ?? "", reachable(found)) : new Set();
}

function claim(): boolean {
  const acts = possible();
  const name = acts.has("accept") ? "accept" : acts.has("claim") ? "claim" : null;
  if (name) void act(name).then((done) => done && focus("composer"));
  return name !== null;
}

/** The first offer to me, wherever the page is. */
function answer(name: "accept" | "decline"): boolean {
  const first = grouped(cases.value.values(), session.value?.agent.id ?? "").offers[0];
  if (first) void answerOffer(first, name).then((done) => done && name === "accept" && focus("composer"));
  return first !== undefined;
}

function ask(name: "resolve" | "transfer" | "return" | "callback"): boolean {
  if (!possible().has(name) || open.value?.found?.pending) return false;
  dialog.set(name);
  return true;
}

function call(): boolean {
  if (!possible().has("call")) return false;
  void act("call");
  return true;
}

/** As if it were clicked; where it is not there, `instead` gets the focus. */
function press(id: string, instead: string | null): boolean {
  const button = document.getElementById(id);
  button?.click();
  return button !== null || (instead !== null && focus(instead));
}

function focus(id: string): boolean {
  const field = document.getElementById(id);
  field?.focus();
  return field !== null;
}
