import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { ApiError } from "../../api";
import { teamsApi } from "../../api-teams";
import { said } from "../../logic/errors";
import { t } from "../../logic/words";
import { instantOf } from "../../parts/days";
import { Dialog } from "../../parts/Dialog";
import { useRead } from "../../parts/reading";
import { note } from "../../state";
import type { Team } from "../../types-teams";
import { m } from "../../words/people-more";
import "../../styles/teams.css";

/** Who is in which team. `stamp` changes when people were changed: then it is read again. */
export function TeamsCard({ stamp, onChanged }: { stamp: number; onChanged: () => void }): JSX.Element {
  const { found, trouble, again } = useRead(teamsApi.list, [stamp]);
  const [renamed, setRenamed] = useState<Team | null>(null);
  const done = (changed: boolean): void => {
    setRenamed(null);
    if (!changed) return;
    again();
    onChanged();
  };
  return (
    <section class="set-card" aria-label={m("teams.title")}>
      <h2>{m("teams.title")}</h2>
      <p class="quiet">{m("teams.hint")}</p>
      {trouble && (
        <p class="trouble" role="alert">
          {trouble}
        </p>
      )}
      <ul class="teams">
        {found?.teams.map((team) => (
          <li key={team.name} class="team-row">
            <div class="team-about">
              <strong>{team.name}</strong>
              <span class="quiet">{team.members.map((each) => each.name).join(", ") || m("teams.nobody")}</span>
            </div>
            <div class="team-tags">
              {team.open > 0 && <span class="set-tag near">{m("teams.open", { n: team.open })}</span>}
              {team.paused_until && <span class="set-tag">{m("teams.paused", { time: instantOf(team.paused_until) })}</span>}
            </div>
            {found.may_edit && (
              <button type="button" onClick={() => setRenamed(team)}>
                {m("teams.rename")}
                <span class="hidden"> {team.name}</span>
              </button>
            )}
          </li>
        ))}
      </ul>
      {found?.teams.length === 0 && <p class="quiet">{m("teams.none")}</p>}
      {renamed && <Rename team={renamed} onDone={done} />}
    </section>
  );
}

function troubleOf(error: unknown): string {
  if (!(error instanceof ApiError)) return said(error);
  if (error.fields["name"]) return m("teams.wrong");
  return error.status === 409 ? m("teams.taken") : said(error);
}

function Rename({ team, onDone }: { team: Team; onDone: (changed: boolean) => void }): JSX.Element {
  const [trouble, setTrouble] = useState<string | null>(null);
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget as HTMLFormElement).get("name")).trim().toLowerCase();
    setTrouble(null);
    try {
      await teamsApi.rename(team.name, name);
      note.set(m("teams.renamed", { old: team.name, name }));
      onDone(true);
    } catch (error) {
      setTrouble(troubleOf(error));
    }
  };
  return (
    <Dialog title={m("teams.rename_one", { name: team.name })} onClose={() => onDone(false)}>
      <form class="form" onSubmit={(event) => void submit(event)}>
        {trouble && (
          <p class="trouble" role="alert">
            {trouble}
          </p>
        )}
        <label>
          {m("teams.name")}
          <input name="name" defaultValue={team.name} required maxLength={32} autocomplete="off" autocapitalize="off" spellcheck={false} />
        </label>
        <p class="quiet">{m("teams.name_hint")}</p>
        <footer>
          <button type="button" onClick={() => onDone(false)}>
            {t("act.cancel")}
          </button>
          <button class="primary">{m("teams.rename")}</button>
        </footer>
      </form>
    </Dialog>
  );
}
