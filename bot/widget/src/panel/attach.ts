// The files that a customer is about to send: chosen, dropped or pasted, uploaded at once, sent with the next message.
// A file lives as long as this page; only that there was one is remembered, so that a reload can say so.

import { drop, upload } from "./attach-net";
import { drawTray, type TrayParts, trayParts } from "./attach-view";
import type { Pass } from "./net/api";
import { asFailed } from "./net/errors";
import { newId } from "./net/ids";
import type { Box } from "./storage";

const MARK = "relevo:files";
const MOST = 5;
const MOST_BYTES = 10 * 1024 * 1024;
const AGAIN = 4000;
export const KINDS = ["image/jpeg", "image/png", "image/webp", "image/gif", "application/pdf"];

export interface Chosen {
  clientId: string;
  file: File;
  state: "waiting" | "uploading" | "ready" | "failed";
  share: number;
  id?: string;
  problem?: string;
  passing?: boolean; // trying again may help
  going?: AbortController;
}

export interface TrayHost {
  pass: () => Pass | undefined;
  open: () => void;
  isOffline: () => boolean;
  send: () => void; // as if the customer had pressed the button
}

export class Tray {
  readonly parts: TrayParts;
  readonly all: Chosen[] = [];
  wanted = false; // the customer has pressed send, and a file is not there yet
  lost: boolean;
  tooMany = false;
  private language = "";
  private again: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly box: Box,
    private readonly host: TrayHost,
  ) {
    this.lost = box.get(MARK) !== null;
    this.parts = trayParts(this);
  }

  /** Nothing gets through at the moment. */
  get stalled(): boolean {
    return this.again !== undefined || this.host.isOffline();
  }

  draw(language: string): void {
    this.language = language;
    drawTray(this.parts, this, language);
    this.pump();
  }

  add(files: Iterable<File>): void {
    this.tooMany = false;
    for (const file of files) {
      if (this.all.length >= MOST) this.tooMany = true;
      else this.all.push(checked(file));
    }
    this.lost = false;
    this.host.open();
    this.changed();
  }

  remove(each: Chosen): void {
    each.going?.abort();
    const pass = this.host.pass();
    if (each.id && pass) drop(pass, each.id);
    this.all.splice(this.all.indexOf(each), 1);
    this.tooMany = false;
    if (!this.all.length) this.wanted = false;
    this.changed();
    this.sendIfWanted();
  }

  retry(each: Chosen): void {
    if (each.state === "failed") each.state = "waiting";
    this.changed();
  }

  forget(): void {
    this.lost = false;
    this.changed();
  }

  /** The ids that go with this message; undefined when it waits for a file. Without a connection words go on alone. */
  take(hasWords: boolean): string[] | undefined {
    const ready = this.all.filter((each) => each.state === "ready");
    const coming = this.all.some((each) => each.state === "waiting" || each.state === "uploading");
    this.wanted = coming;
    if (coming && !(hasWords && this.host.isOffline())) {
      this.changed();
      return undefined;
    }
    for (const each of ready) this.all.splice(this.all.indexOf(each), 1);
    this.changed();
    return ready.map(({ id }) => id!);
  }

  private changed(): void {
    if (this.all.length || this.lost) this.box.set(MARK, "1");
    else this.box.remove(MARK);
    if (this.language) this.draw(this.language);
  }

  /** One at a time: a slow line then shows the first one soon. */
  private pump(): void {
    const pass = this.host.pass();
    const next = this.all.find(({ state }) => state === "waiting");
    if (!pass || !next || this.again || this.all.some(({ state }) => state === "uploading")) return;
    void this.send(pass, next);
  }

  private async send(pass: Pass, each: Chosen): Promise<void> {
    each.state = "uploading";
    each.share = 0;
    each.going = new AbortController();
    try {
      const { id } = await upload(pass, each.clientId, each.file, each.going.signal, (share) => {
        each.share = share;
        drawTray(this.parts, this, this.language);
      });
      each.id = id;
      each.state = "ready";
      if (!this.all.includes(each)) drop(pass, id);
    } catch (error) {
      this.fell(each, error);
    }
    this.changed();
    this.sendIfWanted();
  }

  private fell(each: Chosen, error: unknown): void {
    const { code, fields, passing, refused } = asFailed(error);
    if (code === "aborted") return;
    if (passing || refused) {
      each.state = "waiting";
      this.again = setTimeout(() => {
        this.again = undefined;
        this.pump();
      }, AGAIN);
      return;
    }
    each.state = "failed";
    each.problem = fields["file"] && fields["file"] in PROBLEMS ? fields["file"] : code;
    each.passing = !(each.problem in PROBLEMS);
  }

  private sendIfWanted(): void {
    const coming = this.all.some(({ state }) => state !== "ready" && state !== "failed");
    if (this.wanted && !coming && this.all.some(({ state }) => state === "ready")) this.host.send();
    else if (!coming) this.wanted = false;
  }
}

/** What trying again would not mend. */
const PROBLEMS: Record<string, true> = {
  too_large: true, unsupported_file: true, unreadable_file: true, password: true, too_many_pixels: true, uploads_full: true, uploads_off: true,
};

function checked(file: File): Chosen {
  const problem = file.size > MOST_BYTES ? "too_large" : file.type && !KINDS.includes(file.type) ? "unsupported_file" : undefined;
  return { clientId: newId(), file, share: 0, ...(problem ? { state: "failed", problem } : { state: "waiting" }) };
}
