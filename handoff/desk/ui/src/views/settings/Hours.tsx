import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { at, listed, same, wrongAt } from "../../logic/settings/draft";
import { t } from "../../logic/words";
import { useCell } from "../../parts/hooks";
import { Icon } from "../../parts/icons";
import { draft, set, wrong } from "./editing";
import { CheckField, ListField, Section, useMay, useValue, Wrongs } from "./fields";
import { HoursPreview } from "./HoursPreview";

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

export function Hours(): JSX.Element {
  const may = useMay();
  return (
    <>
      <Section title={t("set.hours")} hint={t("set.hours_hint")}>
        <Week />
        {may && (
          <button type="button" class="link" onClick={copyMonday}>
            {t("set.hours_copy")}
          </button>
        )}
        <CheckField path={["holidays", "public"]} label={t("set.holidays.public")} hint={t("set.holidays.public_hint")} />
      </Section>
      <Exceptions />
      <HoursPreview />
    </>
  );
}

function Week(): JSX.Element {
  const monday = useValue(["hours", "mon"]);
  return (
    <div class="set-week" key={JSON.stringify(monday) === undefined ? "none" : "week"}>
      {DAYS.map((day) => (
        <ListField key={day} path={["hours", day]} label={t(`set.day.${day}`)} kind="hours" />
      ))}
      <Wrongs place="hours" kind="hours" id="set-hours-wrong" />
    </div>
  );
}

function copyMonday(): void {
  const monday = at(draft.value, ["hours", "mon"]);
  for (const day of DAYS.slice(1, 5)) set(["hours", day], monday);
}

interface Dated {
  date: string;
  intervals: string[];
  name: Record<string, string>;
}

/** Dates that are not like their weekday. */
function Exceptions(): JSX.Element {
  const all = (useValue(["exceptions"]) as Dated[] | undefined) ?? [];
  const may = useMay();
  const add = (): void => set(["exceptions"], [...all, { date: "", intervals: [], name: {} }]);
  return (
    <Section title={t("set.exceptions")} hint={t("set.exceptions_hint")}>
      {all.length === 0 && <p class="quiet">{t("set.exceptions_none")}</p>}
      <ul class="set-dates">
        {all.map((each, index) => (
          <Exception key={index} index={index} dated={each} onRemove={() => set(["exceptions"], all.filter((_, other) => other !== index))} />
        ))}
      </ul>
      {may && (
        <button type="button" onClick={add}>
          {t("set.exceptions_add")}
        </button>
      )}
    </Section>
  );
}

function Exception({ index, dated, onRemove }: { index: number; dated: Dated; onRemove: () => void }): JSX.Element {
  const may = useMay();
  const [typed, setTyped] = useState(dated.intervals.join(", "));
  const shown = same(listed(typed), dated.intervals) ? typed : dated.intervals.join(", ");
  const bad = wrongAt(useCell(wrong), `exceptions[${index}]`).length > 0;
  const hours = (text: string): void => {
    setTyped(text);
    set(["exceptions", index, "intervals"], listed(text));
  };
  const called = dated.date || t("set.exceptions_new");
  return (
    <li class="set-date">
      <label>
        {t("set.date")}
        <input type="date" value={dated.date} disabled={!may} aria-invalid={bad} onInput={(event) => set(["exceptions", index, "date"], event.currentTarget.value)} />
      </label>
      <label>
        {t("set.open_from_to")}
        <input value={shown} disabled={!may} placeholder={t("set.closed")} autocomplete="off" onInput={(event) => hours(event.currentTarget.value)} />
      </label>
      {(["es", "en"] as const).map((language) => (
        <label key={language}>
          {t(`set.name_in.${language}`)}
          <input
            lang={language}
            value={dated.name[language] ?? ""}
            disabled={!may}
            autocomplete="off"
            onInput={(event) => set(["exceptions", index, "name"], named(dated.name, language, event.currentTarget.value))}
          />
        </label>
      ))}
      {may && (
        <button type="button" class="bare" aria-label={t("set.remove", { what: called })} onClick={onRemove}>
          <Icon name="close" />
        </button>
      )}
      <Wrongs place={`exceptions[${index}]`} kind="hours" id={`set-exception-${index}-wrong`} />
    </li>
  );
}

function named(names: Record<string, string>, language: string, text: string): Record<string, string> {
  const others = Object.fromEntries(Object.entries(names).filter(([each]) => each !== language));
  return text.trim() ? { ...others, [language]: text } : others;
}
