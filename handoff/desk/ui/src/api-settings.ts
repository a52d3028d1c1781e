/** The settings and people parts of the desk API. */
import { call } from "./api";
import type { Data, Difference, Enrolment, Factor, HoursPreview, Invitation, People, Person, Rehearsal, Sending, Settings, Version } from "./types-settings";

const person = (id: string, act = ""): string => `/people/${encodeURIComponent(id)}${act && `/${act}`}`;

export const settingsApi = {
  read: () => call<Settings>("GET", "/settings"),
  save: (base: number, data: Data) => call<Settings>("PUT", "/settings", { base, data }),
  versions: (before?: number) =>
    call<{ versions: Version[]; older: number | null }>("GET", `/settings/versions${before ? `?before=${before}` : ""}`),
  diff: (from: number, to: number) => call<Difference[]>("GET", `/settings/diff?from=${from}&to=${to}`),
  restore: (number: number, base: number) => call<Settings>("POST", `/settings/versions/${number}/restore`, { base }),
  compare: (base: number, toml: string) =>
    call<{ data: Data; changes: Difference[] }>("POST", "/settings/import", { base, toml }),
  exportLink: (number: number) => `/api/v1/desk/settings/export?number=${number}`,
  previewHours: (data: Data) => call<HoursPreview>("POST", "/settings/preview/hours", { data }),
  previewLevels: (data: Data) => call<Rehearsal>("POST", "/settings/preview/levels", { data }),
  test: (way: string, target: string) => call<{ id: string }>("POST", "/settings/test", { way, target }),
  tested: (id: string) => call<Sending>("GET", `/settings/test/${encodeURIComponent(id)}`),
};

export const peopleApi = {
  list: () => call<People>("GET", "/people"),
  add: (body: Record<string, unknown>) => call<Invitation>("POST", "/people", body),
  change: (id: string, body: Record<string, unknown>) => call<Person>("PATCH", person(id), body),
  invite: (id: string, mail: boolean) => call<Invitation>("POST", person(id, "invite"), { mail }),
  act: (id: string, act: "disable" | "enable" | "second-factor/reset") => call<Person>("POST", person(id, act)),
  sent: (id: string) => call<Sending>("GET", `/people/sent/${encodeURIComponent(id)}`),
};

export const factorApi = {
  read: () => call<Factor>("GET", "/second-factor"),
  begin: (password: string | null) => call<Enrolment>("POST", "/second-factor/begin", { password }),
  confirm: (code: string) => call<{ recovery_codes: string[] }>("POST", "/second-factor/confirm", { code }),
  renew: (code: string) => call<{ recovery_codes: string[] }>("POST", "/second-factor/codes", { code }),
  off: (code: string) => call<void>("POST", "/second-factor/off", { code }),
};
