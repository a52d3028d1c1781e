import type { JSX } from "preact";
import { nameOf } from "../../logic/settings/draft";
import { t } from "../../logic/words";
import { Icon } from "../../parts/icons";
import { set } from "./editing";
import { ChoiceField, languages, Section, TextField, useMay, useValue, Wrongs } from "./fields";
import { TestButton, type Way } from "./Test";

const WAYS = [
  ["emails", "email", "email"],
  ["phones", "sms", "tel"],
  ["webhooks", "webhook", "url"],
] as const;

/** Who is told that is not at the desk. */
export function Notify(): JSX.Element {
  return (
    <>
      {(["on_call", "supervisor"] as const).map((who) => (
        <Section key={who} title={t(`set.notify.${who}`)} hint={t(`set.notify_hint.${who}`)}>
          {WAYS.map(([field, way, type]) => (
            <Targets key={field} path={["notify", who, field]} field={field} way={way} type={type} />
          ))}
        </Section>
      ))}
      <Section title={t("set.notify.how")}>
        <div class="set-pair">
          <TextField path={["notify", "every"]} label={t("set.notify.every")} kind="duration" hint={t("set.notify.every_hint")} />
          <ChoiceField path={["notify", "language"]} label={t("set.notify.language")} options={[["", t("set.notify.language_default")], ...languages()]} />
        </div>
      </Section>
    </>
  );
}

interface TargetsProps {
  path: string[];
  field: "emails" | "phones" | "webhooks";
  way: Way;
  type: string;
}

function Targets({ path, field, way, type }: TargetsProps): JSX.Element {
  const may = useMay();
  const all = (useValue(path) as string[] | undefined) ?? [];
  const title = t(`set.notify.${field}`);
  return (
    <fieldset class="set-targets">
      <legend>{title}</legend>
      {all.length === 0 && <p class="quiet">{t("set.notify.nobody")}</p>}
      <ul>
        {all.map((each, index) => (
          <li key={index}>
            <input
              type={type}
              aria-label={`${title} ${index + 1}`}
              value={each}
              disabled={!may}
              autocomplete="off"
              placeholder={t(`set.notify.${field}_example`)}
              onInput={(event) => set([...path, index], event.currentTarget.value.trim())}
            />
            {may && <TestButton way={way} target={each} />}
            {may && (
              <button type="button" class="bare" aria-label={t("set.remove", { what: each || title })} onClick={() => set(path, all.filter((_, other) => other !== index))}>
                <Icon name="close" />
              </button>
            )}
            <Wrongs place={nameOf([...path, index])} kind={way === "sms" ? "phone" : way} id={`set-${path.join("-")}-${index}-wrong`} />
          </li>
        ))}
      </ul>
      {may && (
        <button type="button" class="link" onClick={() => set(path, [...all, ""])}>
          {t(`set.notify.${field}_add`)}
        </button>
      )}
    </fieldset>
  );
}
