// The web channel's calls. Each either returns what the server stored or throws CallFailed.

import { CallFailed } from "./errors";
import type { Conversation, Form, Handoff, Started } from "./shapes";

const PATIENCE = 15_000;

export interface Pass {
  id: string;
  token: string;
}

/** The same customer's open case in another conversation, with the token that opens it. */
export interface Elsewhere {
  conversation_id: string;
  token: string;
  reference: string;
}

interface Call {
  token?: string;
  key?: string;
  body?: unknown;
}

export class Api {
  constructor(private readonly base: string = "/api/v1") {}

  start(language: string, key: string, identity?: string): Promise<Started> {
    const time_zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const body = { language, ...(time_zone && { time_zone }), ...(identity && { identity }) };
    return this.call("POST", "/conversations", { key, body });
  }

  read(pass: Pass): Promise<Conversation> {
    return this.on(pass, "GET", "");
  }

  send(pass: Pass, client_id: string, text: string, uploads?: string[]): Promise<{ message_id: string; cursor: string }> {
    return this.on(pass, "POST", "/messages", { body: uploads ? { client_id, text, uploads } : { client_id, text } });
  }

  askPerson(pass: Pass, key: string): Promise<Handoff> {
    return this.on(pass, "POST", "/handoff", { key, body: {} });
  }

  leaveMessage(pass: Pass, form: Form, key: string): Promise<Handoff> {
    return this.on(pass, "POST", "/callback", { key, body: form });
  }

  withdraw(pass: Pass, handoff: Handoff): Promise<unknown> {
    const { reference, version } = handoff;
    return this.on(pass, "POST", "/withdraw", { body: { reference, version } });
  }

  identify(pass: Pass, identity: string): Promise<{ elsewhere?: Elsewhere }> {
    return this.on(pass, "POST", "/identity", { body: { identity } });
  }

  /** `cases`: each open case that was confirmed to end, with the version that the customer saw. */
  erase(pass: Pass, cases: Record<string, number>): Promise<{ withdrawn: string[]; done: boolean }> {
    const seen = Object.entries(cases).map(([reference, version]) => ({ reference, version }));
    return this.on(pass, "POST", "/erase", { body: { cases: seen } });
  }

  rate(pass: Pass, stars: number): Promise<unknown> {
    return this.on(pass, "POST", "/rating", { body: { stars } });
  }

  judge(pass: Pass, message: string, helped: boolean): Promise<unknown> {
    return this.on(pass, "PUT", `/messages/${message}/helped`, { body: { helped } });
  }

  suggestions(pass: Pass): Promise<{ language: string; questions: string[] }> {
    return this.on(pass, "GET", "/suggestions");
  }

  speak(pass: Pass, language: string): Promise<unknown> {
    return this.on(pass, "PUT", "/language", { body: { language } });
  }

  typing(pass: Pass): Promise<unknown> {
    return this.on(pass, "POST", "/typing", { body: {} });
  }

  /** The open stream; its caller reads and ends it. */
  async events(pass: Pass, after: string, signal: AbortSignal): Promise<Response> {
    const address = `${this.base}/conversations/${pass.id}/events?after=${encodeURIComponent(after)}`;
    const response = await reach(address, { headers: headersOf({ token: pass.token }), signal, cache: "no-store" });
    if (!response.ok) throw await failureOf(response);
    return response;
  }

  private on<T>(pass: Pass, method: string, path: string, call: Call = {}): Promise<T> {
    return this.call(method, `/conversations/${pass.id}${path}`, { ...call, token: pass.token });
  }

  private async call<T>(method: string, path: string, call: Call): Promise<T> {
    const body = call.body === undefined ? null : JSON.stringify(call.body);
    const signal = AbortSignal.timeout(PATIENCE);
    const response = await reach(this.base + path, { method, headers: headersOf(call), body, signal, cache: "no-store" });
    if (!response.ok) throw await failureOf(response);
    if (response.status === 204) return undefined as T;
    return (await response.json().catch(() => Promise.reject(new CallFailed(0, "unreadable")))) as T;
  }
}

function headersOf(call: Call): Record<string, string> {
  const headers: Record<string, string> = {};
  if (call.body !== undefined) headers["Content-Type"] = "application/json";
  if (call.token) headers["Authorization"] = `Bearer ${call.token}`;
  if (call.key) headers["Idempotency-Key"] = call.key;
  return headers;
}

async function reach(address: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(address, { ...init, credentials: "omit" });
  } catch {
    throw new CallFailed(0, "unreachable");
  }
}

async function failureOf(response: Response): Promise<CallFailed> {
  const body = (await response.json().catch(() => null)) as { error?: { code?: string; fields?: Record<string, string> } } | null;
  return new CallFailed(response.status, body?.error?.code ?? "unknown", body?.error?.fields ?? {});
}
