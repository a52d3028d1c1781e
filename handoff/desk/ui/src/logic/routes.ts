/** The address bar's hash: #/ , #/case/R-7K3M9Q (both with the queue's filter after a ?), #/callbacks, #/callbacks/R-7K3M9Q, #/notices likewise, #/guarantee, #/knowledge/entry/shop-hours; and the one-time #invite=…. */
import type { Route } from "../state";

export function routeOf(hash: string): Route {
  const [head, reference, ...more] = hash.replace(/^#\/?/, "").replace(/\?.*/, "").split("/");
  if (head === "knowledge") return { view: head, reference: null, page: [reference ?? "", ...more].map(decoded).join("/") };
  if (head === "settings") return { view: head, reference: null, page: decoded(reference ?? "") };
  if (head === "guarantee") return { view: head, reference: null };
  if (head === "replies") return { view: head, reference: null };
  if (head === "reports") return { view: head, reference: null };
  if (head === "callbacks" || head === "notices" || head === "board") return { view: head, reference: reference ? decoded(reference) : null };
  return { view: "queue", reference: head === "case" && reference ? decoded(reference) : null };
}

export function hashOf(route: Route): string {
  if (route.view === "knowledge") return `#/knowledge${route.page ? `/${route.page}` : ""}`;
  if (route.view === "settings") return `#/settings${route.page ? `/${route.page}` : ""}`;
  if (route.view !== "queue") return `#/${route.view}${route.reference ? `/${route.reference}` : ""}`;
  return route.reference ? `#/case/${route.reference}` : "#/";
}

export function inviteIn(hash: string): string | null {
  const found = /^#invite=([\w.~-]+)$/.exec(hash);
  return found?.[1] ?? null;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
