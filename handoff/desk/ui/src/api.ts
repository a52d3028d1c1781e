/** The desk API over fetch: typed errors, the CSRF header on writes, and a cookie that this code never sees. */
import type { Use } from "./logic/kept";
import { learn } from "./logic/knowledge/mends";
import type {
  Alert,
  Callback,
  Case,
  Checked,
  Cleared,
  Guarantee,
  Message,
  Presence,
  Queue,
  QueueItem,
  Session,
} from "./types";

const ROOT = "/api/v1/desk";

export class ApiError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status: number,
    readonly fields: Readonly<Record<string, string>> = {},
    readonly codes: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

let csrf = "";
let onSignedOut: () => void = () => undefined;
let onMustEnrol: () => void = () => undefined;

export function useCsrf(token: string): void {
  csrf = token;
}

export function whenSignedOut(tell: () => void): void {
  onSignedOut = tell;
}

export function whenMustEnrol(tell: () => void): void {
  onMustEnrol = tell;
}

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

export async function call<T>(method: Method, path: string, body?: unknown): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (method !== "GET") headers["X-Relevo-CSRF"] = csrf;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const request: RequestInit = { method, headers, credentials: "same-origin", cache: "no-store" };
  if (body !== undefined) request.body = JSON.stringify(body);
  const response = await fetch(ROOT + path, request).catch(() => {
    throw new ApiError("network", "network", 0);
  });
  if (!response.ok) throw await problem(response, path);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

async function problem(response: Response, path: string): Promise<ApiError> {
  const body = (await response.json().catch(() => null)) as { error?: Partial<ApiError> & { said?: unknown } } | null;
  const told = body?.error;
  if (response.status === 401 && path !== "/session") onSignedOut();
  if (told?.code === "second_factor_required") onMustEnrol();
  learn(told?.said);
  return new ApiError(
    told?.code ?? (response.status >= 500 ? "unavailable" : "other"),
    told?.message ?? response.statusText,
    response.status,
    told?.fields,
    told?.codes,
  );
}

const at = (reference: string, act = ""): string => `/handoffs/${encodeURIComponent(reference)}${act && `/${act}`}`;

export type SignInBody = ({ invite: string } | { email: string; password: string }) & { code?: string };

export const api = {
  session: () => call<Session>("GET", "/session"),
  signIn: (body: SignInBody) => call<Session>("POST", "/session", body),
  signOut: () => call<void>("DELETE", "/session"),
  setPassword: (password: string, current: string | null) => call<void>("PUT", "/password", { password, current }),
  queue: () => call<Queue>("GET", "/queue"),
  callbacks: () => call<{ callbacks: Callback[]; now: string }>("GET", "/callbacks"),
  alerts: () => call<{ alerts: Alert[]; now: string }>("GET", "/alerts"),
  alertDone: (id: string, alike: boolean) =>
    call<void>("POST", `/alerts/${encodeURIComponent(id)}/done${alike ? "?alike=true" : ""}`),
  guarantee: () => call<Guarantee>("GET", "/reports/guarantee"),
  guaranteeCheck: () => call<Checked>("GET", "/reports/guarantee/check"),
  resolveMany: (items: readonly QueueItem[], outcome: string, reason: string) => {
    const cases = items.map(({ reference, version, unseen }) => ({ reference, version, unseen }));
    return call<Cleared>("POST", "/handoffs/bulk-resolve", { cases, outcome, reason });
  },
  agents: () => call<Presence[]>("GET", "/agents"),
  read: (reference: string) => call<Case>("GET", at(reference)),
  act: (reference: string, act: string, body: Record<string, unknown>) =>
    call<Case>("POST", at(reference, act), body),
  reply: (reference: string, version: number, client_id: string, text: string, upto: string | null, uses: readonly Use[] = []) =>
    call<Message>("POST", at(reference, "reply"), { version, client_id, text, upto, suggested: uses.map((use) => use.token) }),
  seen: (reference: string, upto: string | null) => call<void>("POST", at(reference, "seen"), { upto }),
  undo: (reference: string) => call<Case>("POST", at(reference, "undo")),
};

export async function openEvents(after: string, signal: AbortSignal): Promise<Response> {
  const response = await fetch(`${ROOT}/events?after=${encodeURIComponent(after)}`, {
    headers: { Accept: "text/event-stream" },
    credentials: "same-origin",
    cache: "no-store",
    signal,
  });
  if (!response.ok) throw await problem(response, "/events");
  return response;
}
