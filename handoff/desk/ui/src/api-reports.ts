/** The reports and the board of the desk API. */
import { call } from "./api";
import type { Case } from "./types";
import type { Asked, Board, Name, Today } from "./types-reports";

const ROOT = "/reports";

export interface ChangeOfToday {
  act: "close" | "open" | "planned";
  at?: string | null;
  until?: string | null;
}

function query(asked: Asked): string {
  return new URLSearchParams(Object.entries(asked).filter(([, value]) => value !== "") as [string, string][]).toString();
}

const at = (reference: string, act: string): string => `/handoffs/${encodeURIComponent(reference)}/${act}`;

export const reports = {
  read: <T>(name: Name, asked: Asked) => call<T>("GET", `${ROOT}/${name}?${query(asked)}`),
  /** Where the browser fetches the export from; the session's cookie goes with it. */
  csv: (name: Name, asked: Asked) => `/api/v1/desk${ROOT}/${name}.csv?${query(asked)}`,
  board: () => call<Board>("GET", `${ROOT}/board`),
  today: (change: ChangeOfToday) => call<Today>("POST", `${ROOT}/board/hours`, change),
  team: (team: string, until: string | null, reason = "meeting") =>
    call<void>("POST", `${ROOT}/board/team`, { team, until, reason }),
  listen: (reference: string) => call<Case>("POST", at(reference, "listen")),
  unlisten: (reference: string) => call<void>("POST", at(reference, "unlisten")),
  takeOver: (reference: string, version: number) => call<Case>("POST", at(reference, "takeover"), { version }),
};
