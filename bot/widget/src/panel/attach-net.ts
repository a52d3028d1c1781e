// Files on their way: fetch cannot tell how much is sent, so this is an XMLHttpRequest.

import type { Pass } from "./net/api";
import { CallFailed } from "./net/errors";

const BASE = "/api/v1/conversations/";

export interface Uploaded {
  id: string;
  content_type: string;
  bytes: number;
}

/** Sends one file; the same client id again gives the same. Rejects with CallFailed, of code `aborted` by the signal. */
export function upload(pass: Pass, clientId: string, file: Blob, signal: AbortSignal, onShare: (share: number) => void): Promise<Uploaded> {
  return new Promise((done, failed) => {
    const call = new XMLHttpRequest();
    call.open("PUT", `${BASE}${pass.id}/uploads/${clientId}`);
    call.setRequestHeader("Authorization", `Bearer ${pass.token}`);
    call.setRequestHeader("Content-Type", "application/octet-stream");
    call.responseType = "json";
    call.upload.onprogress = ({ loaded, total }) => onShare(total ? loaded / total : 0);
    call.onload = () => {
      const answer = call.response as { error?: { code?: string; fields?: Record<string, string> } } | null;
      if (call.status < 300 && answer) done(answer as unknown as Uploaded);
      else failed(new CallFailed(call.status, answer?.error?.code ?? "unknown", answer?.error?.fields ?? {}));
    };
    call.onerror = () => failed(new CallFailed(0, "unreachable"));
    call.onabort = () => failed(new CallFailed(0, "aborted"));
    signal.addEventListener("abort", () => call.abort(), { once: true });
    call.send(file);
  });
}

/** The customer thought better of it. If this call is lost, the server sweeps the file by itself. */
export function drop(pass: Pass, id: string): void {
  fetch(`${BASE}${pass.id}/uploads/${id}`, { method: "DELETE", headers: bearing(pass), credentials: "omit" }).catch(() => {});
}

/** A file that was sent. */
export async function download(pass: Pass, id: string): Promise<Blob> {
  const answer = await fetch(`${BASE}${pass.id}/files/${id}`, { headers: bearing(pass), credentials: "omit" });
  if (!answer.ok) throw new CallFailed(answer.status, "unknown");
  return answer.blob();
}

const bearing = (pass: Pass) => ({ Authorization: `Bearer ${pass.token}` });
