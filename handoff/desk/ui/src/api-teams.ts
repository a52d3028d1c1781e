/** Teams, and the test of the website, of the desk API. */
import { call } from "./api";
import type { Teams } from "./types-teams";

export const teamsApi = {
  list: () => call<Teams>("GET", "/teams"),
  rename: (team: string, name: string) => call<Teams>("POST", `/teams/${encodeURIComponent(team)}/rename`, { name }),
};

export const tryWeb = (): Promise<{ url: string }> => call<{ url: string }>("POST", "/settings/test/web");
