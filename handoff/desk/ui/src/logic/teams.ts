/** The teams that a chat can be passed to: the skills of whoever works here. */
import type { Presence } from "../types";

type Colleague = Presence & { agent: { skills?: readonly string[] } };

export interface Team {
  name: string;
  members: number;
  /** Of those, who is at the desk now; the agent who passes the chat on is not counted. */
  online: number;
}

/** Teams that somebody other than `but` is in, in the order of the alphabet. */
export function teamsOf(all: readonly Colleague[], but: string | undefined): Team[] {
  const teams = new Map<string, Team>();
  for (const { agent, status } of all) {
    if (agent.id === but) continue;
    for (const name of agent.skills ?? []) {
      const known = teams.get(name) ?? { name, members: 0, online: 0 };
      teams.set(name, { name, members: known.members + 1, online: known.online + (status === "online" ? 1 : 0) });
    }
  }
  return [...teams.values()].sort((one, other) => one.name.localeCompare(other.name));
}
