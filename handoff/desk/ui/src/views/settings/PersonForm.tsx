import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { ApiError } from "../../api";
import { peopleApi } from "../../api-settings";
import { said } from "../../logic/errors";
import { listed } from "../../logic/settings/draft";
import { changesOf } from "../../logic/settings/person";
import { en, type Word } from "../../words/en";
import { t } from "../../logic/words";
import { Dialog } from "../../parts/Dialog";
import { useCell } from "../../parts/hooks";
import { note, session } from "../../state";
import type { Invitation, People, Person } from "../../types-settings";
import { m } from "../../words/people-more";
import { languages } from "./fields";

interface Props {
  person: Person | null;
  all: People;
  onDone: (invitation?: Invitation) => void;
  onChanged: () => void;
}

type Wrong = Readonly<Record<string, string>>;

/** Somebody new, or what is changed of somebody: one form for both. */
export function PersonForm({ person, all, onDone, onChanged }: Props): JSX.Element {
  const [wrong, setWrong] = useState<Wrong>({});
  const [trouble, setTrouble] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const tried = async (act: () => Promise<void>): Promise<void> => {
    setBusy(true);
    setWrong({});
    setTrouble(null);
    try {
      await act();
    } catch (error) {
      const fields = error instanceof ApiError ? error.fields : {};
      setWrong(fields);
      setTrouble(Object.keys(fields).length > 0 ? t("people.refused") : said(error));
    } finally {
      setBusy(false);
    }
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const body = read(new FormData(event.currentTarget as HTMLFormElement));
    void tried(async () => {
      if (!person) return onDone(await peopleApi.add(body));
      await peopleApi.change(person.id, changesOf(person, body));
      note.set(t("people.saved", { name: String(body["name"]) }));
      onDone();
    });
  };
  return (
    <Dialog title={person ? t("people.edit_one", { name: person.name }) : t("people.invite")} onClose={() => onDone()}>
      <form class="form" onSubmit={submit} noValidate>
        {trouble && (
          <p class="trouble" role="alert">
            {trouble}
          </p>
        )}
        <Text name="name" label={t("people.name")} value={person?.name} wrong={wrong} hint={t("people.name_hint")} />
        {!person && <Text name="email" label={t("people.email")} type="email" wrong={wrong} />}
        <div class="set-field">
          <label for="person-role">{t("people.role")}</label>
          <select id="person-role" name="role" defaultValue={person?.role ?? "agent"} aria-describedby={person ? "person-role-hint" : undefined}>
            {(["agent", "supervisor", "admin"] as const).map((role) => (
              <option key={role} value={role} selected={(person?.role ?? "agent") === role}>
                {t(`set.role.${role}`)}
              </option>
            ))}
          </select>
          {person && (
            <p class="quiet" id="person-role-hint">
              {t("people.role_hint")}
            </p>
          )}
        </div>
        <fieldset class="set-options">
          <legend>{t("people.languages")}</legend>
          {languages().map(([each, word]) => (
            <label class="choice" key={each}>
              <input type="checkbox" name="languages" value={each} defaultChecked={person ? person.languages.includes(each) : true} />
              <span>{word}</span>
            </label>
          ))}
          <Told name="languages" wrong={wrong} />
        </fieldset>
        <Text name="skills" label={t("people.skills")} value={person?.skills.join(", ")} wrong={wrong} hint={t("people.skills_hint")} />
        <Text name="capacity" label={t("people.capacity")} type="number" value={person?.capacity?.toString()} wrong={wrong} hint={t("people.capacity_hint", { n: all.capacity })} />
        <Text name="shift" label={t("people.shift")} value={person?.shift} wrong={wrong} hint={t("people.shift_hint")} />
        {!person && all.mail && (
          <label class="choice">
            <input type="checkbox" name="mail" />
            <span>{t("people.by_mail")}</span>
          </label>
        )}
        <footer>
          <button type="button" onClick={() => onDone()}>
            {t("act.cancel")}
          </button>
          <button class="primary" disabled={busy}>
            {t(person ? "set.save" : "people.invite_do")}
          </button>
        </footer>
      </form>
      {person && <Account person={person} mail={all.mail} busy={busy} tried={tried} onDone={onDone} onChanged={onChanged} />}
    </Dialog>
  );
}

function read(form: FormData): Record<string, unknown> {
  const capacity = String(form.get("capacity") ?? "").trim();
  const body: Record<string, unknown> = {
    name: String(form.get("name")).trim(),
    role: form.get("role"),
    languages: form.getAll("languages"),
    skills: listed(String(form.get("skills") ?? "")),
    capacity: capacity === "" ? null : Number(capacity),
    shift: String(form.get("shift") ?? "").trim(),
  };
  if (form.has("email")) body["email"] = String(form.get("email")).trim();
  if (form.get("mail")) body["mail"] = true;
  return body;
}

interface TextProps {
  name: string;
  label: string;
  wrong: Wrong;
  value?: string | undefined;
  hint?: string;
  type?: string;
}

function Text({ name, label, wrong, value, hint, type = "text" }: TextProps): JSX.Element {
  const bad = wrong[name] !== undefined;
  const told = [hint && `person-${name}-hint`, bad && `person-${name}-wrong`].filter(Boolean).join(" ") || undefined;
  return (
    <div class="set-field">
      <label for={`person-${name}`}>{label}</label>
      <input id={`person-${name}`} name={name} type={type} defaultValue={value ?? ""} autocomplete="off" aria-invalid={bad} aria-describedby={told} />
      {hint && (
        <p class="quiet" id={`person-${name}-hint`}>
          {hint}
        </p>
      )}
      <Told name={name} wrong={wrong} />
    </div>
  );
}

/** The server's message is in English; ours says the same of each field. */
function Told({ name, wrong }: { name: string; wrong: Wrong }): JSX.Element | null {
  if (wrong[name] === undefined) return null;
  const word = `people.wrong.${name}`;
  return (
    <p class="set-wrong" id={`person-${name}-wrong`}>
      {word in en ? t(word as Word) : wrong[name]}
    </p>
  );
}

interface AccountProps {
  person: Person;
  mail: boolean;
  busy: boolean;
  tried: (act: () => Promise<void>) => Promise<void>;
  onDone: (invitation?: Invitation) => void;
  onChanged: () => void;
}

/** What is done to an account at once, and asked for twice where it cannot be undone. */
function Account({ person, mail, busy, tried, onDone, onChanged }: AccountProps): JSX.Element {
  const own = useCell(session)?.agent.id === person.id;
  const [sure, setSure] = useState<"disable" | "second-factor/reset" | null>(null);
  const invite = (byMail: boolean) => () => void tried(async () => onDone(await peopleApi.invite(person.id, byMail)));
  const act = (which: "disable" | "enable" | "second-factor/reset"): void =>
    void tried(async () => {
      await peopleApi.act(person.id, which);
      note.set(t(`people.done.${which}`, { name: person.name }));
      onChanged();
      onDone();
    });
  if (person.disabled_at) {
    return (
      <div class="set-account">
        <button type="button" disabled={busy} onClick={() => act("enable")}>
          {t("people.enable")}
        </button>
      </div>
    );
  }
  return (
    <div class="set-account" role="group" aria-label={t("people.account")}>
      {sure ? (
        <>
          <p>{t(`people.sure.${sure}`, { name: person.name })}</p>
          <span class="set-acts">
            <button type="button" onClick={() => setSure(null)}>
              {t("act.cancel")}
            </button>
            <button type="button" class="primary" disabled={busy} onClick={() => act(sure)}>
              {t(`people.${sure}`)}
            </button>
          </span>
        </>
      ) : (
        <span class="set-acts">
          <button type="button" disabled={busy} onClick={invite(false)}>
            {t("people.new_link")}
          </button>
          {mail && (
            <button type="button" disabled={busy} onClick={invite(true)}>
              {t("people.mail_link")}
            </button>
          )}
          {person.second_factor === "on" && !own && (
            <button type="button" onClick={() => setSure("second-factor/reset")}>
              {t("people.second-factor/reset")}
            </button>
          )}
          <button type="button" onClick={() => setSure("disable")}>
            {t("people.disable")}
          </button>
          {person.second_factor === "on" && own && <p class="quiet">{m("factor.own")}</p>}
        </span>
      )}
    </div>
  );
}
