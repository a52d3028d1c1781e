/** Keys that lead to other pages, to the filters, and through what supervisors see. */
import { go } from "./desk";
import { actsOn, supervises } from "./logic/acts";
import { chosen, dialog, open, route, session, type Route } from "./state";

/** After g: where to. Only supervisors and administrators get to the second. */
export const PLACES: Readonly<Record<string, Route["view"]>> = { q: "queue", c: "callbacks", k: "knowledge", n: "notices", w: "replies" };
export const SUPERVISORS_PLACES: Readonly<Record<string, Route["view"]>> = { b: "board", r: "reports", u: "guarantee", s: "settings" };

const PATIENCE = 1500;
let begun = -PATIENCE;

const supervising = (): boolean => supervises(session.value?.agent.role);

/** True when the key was one of these. */
export function elsewhere(key: string, now = performance.now()): boolean {
  const second = now - begun < PATIENCE;
  begun = key === "g" && !second ? now : -PATIENCE;
  if (second) return lead(key);
  switch (key) {
    case "g":
      return true;
    case "F":
      return pressed("filters");
    case "x":
      return choose();
    case "o":
      return reassign();
    case "j":
    case "k":
      return route.value.view === "board" && stepOnBoard(key === "j" ? 1 : -1);
    default:
      return false;
  }
}

function lead(key: string): boolean {
  const view = PLACES[key] ?? (supervising() ? SUPERVISORS_PLACES[key] : undefined);
  if (view) void go({ view, reference: null });
  return view !== undefined;
}

/** Begins to choose several waiting chats, then takes the one that is open or leaves it out. */
function choose(): boolean {
  const { view, reference } = route.value;
  const picked = chosen.value;
  if (view !== "queue" || !supervising()) return false;
  if (picked === null) return pressed("choose-several");
  if (reference === null || !document.querySelector(`.choosing [data-reference="${CSS.escape(reference)}"]`)) return false;
  const next = new Set(picked);
  if (!next.delete(reference)) next.add(reference);
  chosen.set(next);
  return true;
}

function reassign(): boolean {
  const found = open.value?.found;
  if (!found || found.pending || !actsOn(found.item, session.value?.agent.id ?? "", false, supervising()).has("reassign")) return false;
  dialog.set("reassign");
  return true;
}

function stepOnBoard(by: 1 | -1): boolean {
  const rows = [...document.querySelectorAll<HTMLElement>(".board-held li")];
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[at < 0 ? 0 : Math.min(Math.max(at + by, 0), rows.length - 1)];
  (next?.querySelector<HTMLElement>(".held-acts button") ?? next?.querySelector<HTMLElement>("button"))?.focus();
  return next !== undefined;
}

function pressed(id: string): boolean {
  const button = document.getElementById(id);
  button?.click();
  return button !== null;
}
