import { expect, test } from "vitest";
import { teamsOf } from "../src/logic/teams";
import type { Presence } from "../src/types";

function at(id: string, status: Presence["status"], ...skills: string[]): Presence {
  const agent = { id, name: id, role: "agent", languages: ["en"], capacity: 4, skills } as Presence["agent"];
  return { agent, status, holding: 0 } as Presence;
}

test("teams are what others are in, with who is there now", () => {
  const all = [at("me", "online", "billing", "mine"), at("ana", "online", "billing"), at("ben", "away", "returns", "billing")];
  expect(teamsOf(all, "me")).toEqual([
    { name: "billing", members: 2, online: 1 },
    { name: "returns", members: 1, online: 0 },
  ]);
});

test("whoever is in no team makes none", () => {
  expect(teamsOf([at("ana", "online")], "me")).toEqual([]);
});
