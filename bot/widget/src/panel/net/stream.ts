// Follows the conversation until the stream ends. A silence longer than two heartbeats counts as an end.

import type { Api, Pass } from "./api";
import { CallFailed } from "./errors";
import { EventParser, type StreamEvent } from "./parser";

const SILENCE = 40_000;

export interface Follow {
  api: Api;
  pass: Pass;
  after: string;
  signal: AbortSignal;
  onOpen: () => void;
  onEvent: (event: StreamEvent) => void;
}

/** Resolves when the server ends the stream; throws CallFailed when it was refused or cut. */
export async function follow({ api, pass, after, signal, onOpen, onEvent }: Follow): Promise<void> {
  const watch = new AbortController();
  const stop = () => watch.abort();
  signal.addEventListener("abort", stop, { once: true });
  let timer = setTimeout(stop, SILENCE);
  try {
    const response = await api.events(pass, after, watch.signal);
    onOpen();
    const reader = response.body!.getReader();
    const decoder = new TextDecoder();
    const parser = new EventParser();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      clearTimeout(timer);
      timer = setTimeout(stop, SILENCE);
      for (const event of parser.feed(decoder.decode(value, { stream: true }))) onEvent(event);
    }
  } catch (error) {
    throw error instanceof CallFailed ? error : new CallFailed(0, "cut");
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
    watch.abort();
  }
}
