import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { peopleApi } from "../../api-settings";
import { named, t } from "../../logic/words";
import { instantOf } from "../../parts/days";
import { Icon } from "../../parts/icons";
import { useRead } from "../../parts/reading";
import type { Invitation, People, Person } from "../../types-settings";
import { Invited } from "./Invited";
import { PersonForm } from "./PersonForm";
import { TeamsCard } from "./Teams";

/** Who works here: what they do, speak and may, and whether they can sign in. */
export function Persons(): JSX.Element {
  const { found, trouble, again } = useRead(peopleApi.list, []);
  const [edited, setEdited] = useState<Person | "new" | null>(null);
  const [link, setLink] = useState<Invitation | null>(null);
  const [stamp, setStamp] = useState(0);
  const done = (invitation?: Invitation): void => {
    setEdited(null);
    if (invitation) setLink(invitation);
    again();
    setStamp(stamp + 1);
  };
  return (
    <>
      <Everybody {...{ found, trouble, edited, setEdited, link, setLink, done, again }} />
      <TeamsCard stamp={stamp} onChanged={again} />
    </>
  );
}

interface EverybodyProps {
  found: People | null;
  trouble: string | null;
  edited: Person | "new" | null;
  setEdited: (person: Person | "new" | null) => void;
  link: Invitation | null;
  setLink: (link: Invitation | null) => void;
  done: (invitation?: Invitation) => void;
  again: () => void;
}

function Everybody({ found, trouble, edited, setEdited, link, setLink, done, again }: EverybodyProps): JSX.Element {
  return (
    <section class="set-card" aria-label={t("set.part.people")}>
      <header class="set-top">
        <h2>{t("set.part.people")}</h2>
        {found?.may_edit && (
          <button type="button" class="primary" onClick={() => setEdited("new")}>
            {t("people.invite")}
          </button>
        )}
      </header>
      {trouble && (
        <p class="trouble" role="alert">
          {trouble}
        </p>
      )}
      {found ? <List found={found} onEdit={setEdited} /> : !trouble && <p class="quiet">{t("set.loading")}</p>}
      {edited && found && <PersonForm key={edited === "new" ? "new" : edited.id} person={edited === "new" ? null : edited} all={found} onDone={done} onChanged={again} />}
      {link && <Invited invitation={link} onClose={() => setLink(null)} />}
    </section>
  );
}

function List({ found, onEdit }: { found: People; onEdit: (person: Person) => void }): JSX.Element {
  return (
    <ul class="people-list">
      {found.people.map((each) => (
        <li key={each.id} class={each.disabled_at ? "person disabled" : "person"}>
          <div class="person-who">
            <strong>{each.name}</strong>
            <span class="quiet">{each.email}</span>
          </div>
          <div>
            <span>{t(`set.role.${each.role}`)}</span>
            <span class="quiet">{each.languages.map((one) => named("set.lang", one)).join(", ")}</span>
          </div>
          <div>
            <span>{t("people.chats", { n: each.holding, of: each.capacity ?? found.capacity })}</span>
            <span class="quiet">{each.skills.join(", ") || t("people.no_team")}</span>
          </div>
          <div class="person-states">
            {states(each).map(([tone, text]) => (
              <span key={text} class={`set-tag ${tone}`}>
                {text}
              </span>
            ))}
          </div>
          {found.may_edit && (
            <button type="button" onClick={() => onEdit(each)}>
              {t("people.edit")}
              <span class="hidden"> {each.name}</span>
            </button>
          )}
        </li>
      ))}
      {found.people.length === 0 && (
        <li class="empty">
          <Icon name="calm" />
          {t("people.none")}
        </li>
      )}
    </ul>
  );
}

/** What is worth knowing of somebody, the most pressing first. */
function states(person: Person): [string, string][] {
  if (person.disabled_at) return [["off", t("people.disabled", { time: instantOf(person.disabled_at) })]];
  const found: [string, string][] = [[person.status === "online" ? "good" : "", t(`you.${person.status}`)]];
  if (person.locked_until) found.push(["bad", t("people.locked")]);
  if (person.invited_until && !person.has_password) found.push(["near", t("people.invited")]);
  if (person.must_enrol) found.push(["near", t("people.must_enrol")]);
  else if (person.second_factor === "on") found.push(["good", t("people.factor_on")]);
  if (!person.in_shift) found.push(["", t("people.out_of_shift")]);
  return found;
}
