import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { reports } from "../../api-reports";
import { hourOf, serverNow } from "../../logic/clock";
import { said } from "../../logic/errors";
import { language } from "../../logic/words";
import type { Team } from "../../types-reports";
import { b, type BoardWord } from "../../words/board";
import { BoardCard } from "./card";

const MINUTES = [15, 30, 60, 120] as const;
const REASONS = ["meeting", "training", "break", "other"] as const;

/** A team that is in a meeting is offered nothing until then. */
export function Teams({ teams, again }: { teams: readonly Team[]; again: () => void }): JSX.Element {
  const [trouble, setTrouble] = useState<string | null>(null);
  const set = async (team: string, minutes: number | null, reason?: string): Promise<void> => {
    try {
      const until = minutes === null ? null : new Date(serverNow() + minutes * 60_000).toISOString();
      await reports.team(team, until, reason);
      setTrouble(null);
    } catch (error) {
      setTrouble(said(error));
    }
    again();
  };
  return (
    <BoardCard title={b("teams")}>
      {trouble && (
        <p class="trouble" role="alert">
          {trouble}
        </p>
      )}
      <ul class="board-teams">
        {teams.map((team) => (
          <Row key={team.name} team={team} set={set} />
        ))}
      </ul>
      <p class="quiet small">{b("teams_hint")}</p>
    </BoardCard>
  );
}

interface RowProps {
  team: Team;
  set: (team: string, minutes: number | null, reason?: string) => Promise<void>;
}

function Row({ team, set }: RowProps): JSX.Element {
  const name = team.name === "*" ? b("everybody") : team.name;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    void set(team.name, Number(form.get("minutes")), String(form.get("reason")));
  };
  return (
    <li>
      <span class="who">
        <strong>{name}</strong> <span class="quiet small">{team.members === 1 ? b("member") : b("members", { n: team.members })}</span>
      </span>
      {team.paused_until ? (
        <div class="board-form">
          <span>
            {b("team_until", {
              reason: b(`reason.${team.reason ?? "other"}` as BoardWord),
              time: hourOf(Date.parse(team.paused_until), language.value),
              agent: team.set_by ?? "",
            })}
          </span>
          <button type="button" aria-label={b("end_label", { team: name })} onClick={() => void set(team.name, null)}>
            {b("end")}
          </button>
        </div>
      ) : (
        <form class="board-form" aria-label={b("pause_label", { team: name })} onSubmit={submit}>
          <label>
            {b("why")}
            <select name="reason">
              {REASONS.map((reason) => (
                <option key={reason} value={reason}>
                  {b(`reason.${reason}`)}
                </option>
              ))}
            </select>
          </label>
          <label>
            {b("pause")}
            <select name="minutes" defaultValue="30">
              {MINUTES.map((minutes) => (
                <option key={minutes} value={String(minutes)} selected={minutes === 30}>
                  {b("minutes", { n: minutes })}
                </option>
              ))}
            </select>
          </label>
          <button disabled={team.members === 0}>{b("set")}</button>
        </form>
      )}
    </li>
  );
}
