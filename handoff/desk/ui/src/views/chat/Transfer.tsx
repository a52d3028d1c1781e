import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { teamsOf, type Team } from "../../logic/teams";
import { t } from "../../logic/words";
import { Dialog } from "../../parts/Dialog";
import { useCell } from "../../parts/hooks";
import { presence, session } from "../../state";
import { act } from "../../work";
import { nobodyElse, People } from "../People";
import { Foot } from "./Foot";

type Target = { agent: string } | { team: string };

/** To somebody who is there with room, or to a team; with a note that only they see. */
export function Transfer({ close }: { close: () => void }): JSX.Element {
  const me = session.value?.agent.id;
  const teams = teamsOf(useCell(presence), me);
  const [target, setTarget] = useState<Target | null>(null);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    if (!target) return;
    close();
    void act("transfer", { ...target, note: String(form.get("note") ?? "").trim() });
  };
  const alone = nobodyElse(me);
  return (
    <Dialog title={t("transfer.title")} onClose={close}>
      {alone && teams.length === 0 ? (
        <p>{t("transfer.nobody")}</p>
      ) : (
        <form class="form" onSubmit={submit}>
          {!alone && <People title={t("transfer.people")} but={me} onChoose={(agent) => setTarget({ agent })} />}
          {teams.length > 0 && <Teams teams={teams} choose={(team) => setTarget({ team })} />}
          <label>
            {t("transfer.note")}
            <textarea name="note" rows={2} maxLength={2000} />
          </label>
          <Foot word="transfer.confirm" close={close} />
        </form>
      )}
    </Dialog>
  );
}

/** One group of choices with the people: the browser's arrow keys go from one to the other. */
function Teams({ teams, choose }: { teams: readonly Team[]; choose: (team: string) => void }): JSX.Element {
  return (
    <fieldset class="outcomes">
      <legend class="teams-title">{t("transfer.teams")}</legend>
      {teams.map(({ name, online, members }) => (
        <label class="choice" key={name}>
          <input type="radio" name="agent" required onChange={() => choose(name)} />
          <span>
            {name} <small class="quiet">{t("transfer.team_load", { n: online, members })}</small>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
