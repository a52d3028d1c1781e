// Where replies go when the page is left, as bot/channels/web/follow.py has it.

import type { Pass } from "./net/api";
import { CallFailed } from "./net/errors";

export interface Following {
  status: "none" | "asked" | "proven";
  to?: string;
  phone: boolean; // whether texts are set up
  email: boolean;
}

const PATIENCE = 15_000;

export async function call(pass: Pass, method: string, path = "", body?: unknown): Promise<Following> {
  const headers: Record<string, string> = { Authorization: `Bearer ${pass.token}` };
  if (body) headers["Content-Type"] = "application/json";
  const init: RequestInit = { method, headers, credentials: "omit", cache: "no-store", signal: AbortSignal.timeout(PATIENCE) };
  if (body) init.body = JSON.stringify(body);
  const answer = await fetch(`/api/v1/conversations/${pass.id}/follow${path}`, init).catch(() => {
    throw new CallFailed(0, "unreachable");
  });
  const told = (await answer.json().catch(() => ({}))) as Following & { error?: { code: string; fields?: Record<string, string> } };
  if (!answer.ok) throw new CallFailed(answer.status, told.error?.code ?? "unknown", told.error?.fields ?? {});
  return told;
}
