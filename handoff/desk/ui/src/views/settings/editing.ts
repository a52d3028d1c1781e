/** The settings as they were read, as they are being edited, and what the server said of the edit. */
import { ApiError } from "../../api";
import { settingsApi } from "../../api-settings";
import { Cell } from "../../logic/cell";
import { said } from "../../logic/errors";
import { differences, put, rebased, type Path, type Wrong } from "../../logic/settings/draft";
import { t } from "../../logic/words";
import { note, session } from "../../state";
import type { Data, Difference, Settings } from "../../types-settings";

export interface Clash {
  newest: Settings;
  theirs: Difference[];
}

export const inForce = new Cell<Settings | null>(null);
export const draft = new Cell<Data>({});
export const wrong = new Cell<ReadonlyMap<string, Wrong>>(new Map());
export const trouble = new Cell<string | null>(null);
export const clash = new Cell<Clash | null>(null);
export const saving = new Cell(false);

let editor = "";

/** Reads the newest; an edit that this agent has begun on the same version is kept. */
export async function readSettings(): Promise<void> {
  try {
    const before = inForce.value;
    const newest = await settingsApi.read();
    const reader = session.value?.agent.id ?? "";
    if (before?.number !== newest.number || reader !== editor) begin(newest);
    else inForce.set(newest);
    editor = reader;
    trouble.set(null);
  } catch (error) {
    trouble.set(said(error));
  }
}

export function begin(settings: Settings): void {
  inForce.set(settings);
  draft.set(settings.data);
  wrong.set(new Map());
  clash.set(null);
  trouble.set(null);
}

export function set(path: Path, value: unknown): void {
  draft.set(put(draft.value, path, value));
}

export function changes(): Difference[] {
  return inForce.value ? differences(inForce.value.data, draft.value) : [];
}

export function refused(error: unknown): boolean {
  if (!(error instanceof ApiError) || error.code !== "settings_invalid") return false;
  const found = Object.entries(error.fields).map(([path, message]) => [path, { code: error.codes[path] ?? "invalid", message }] as const);
  wrong.set(new Map(found));
  return true;
}

export async function save(): Promise<void> {
  const read = inForce.value;
  if (!read) return;
  saving.set(true);
  trouble.set(null);
  try {
    begin(await settingsApi.save(read.number, draft.value));
    note.set(t("set.saved", { n: inForce.value?.number ?? 0 }));
  } catch (error) {
    if (refused(error)) trouble.set(t("set.refused", { n: wrong.value.size }));
    else if (error instanceof ApiError && error.code === "settings_changed") await meet(read);
    else trouble.set(said(error));
  } finally {
    saving.set(false);
  }
}

/** Somebody else has saved meanwhile: their change, to be seen before anything is decided. */
async function meet(read: Settings): Promise<void> {
  try {
    const newest = await settingsApi.read();
    clash.set({ newest, theirs: differences(read.data, newest.data) });
  } catch (error) {
    trouble.set(said(error));
  }
}

export function putOnTop(): void {
  const [read, found] = [inForce.value, clash.value];
  if (!read || !found) return;
  const mine = rebased(read.data, draft.value, found.newest.data);
  begin(found.newest);
  draft.set(mine);
}

export function takeTheirs(): void {
  if (clash.value) begin(clash.value.newest);
}
