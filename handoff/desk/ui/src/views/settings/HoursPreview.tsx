import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { settingsApi } from "../../api-settings";
import { said } from "../../logic/errors";
import { monthDay, weekdays } from "../../logic/settings/days";
import { language, t } from "../../logic/words";
import { dayOf } from "../../parts/days";
import { useCell } from "../../parts/hooks";
import { useSettled } from "../../parts/settled";
import type { Data, Day, HoursPreview as Preview } from "../../types-settings";
import { draft, inForce, refused, wrong } from "./editing";
import { Section } from "./fields";

/** What the hours on this page come to, anew whenever they change. */
function usePreview(data: Data): { seen: Preview | null; trouble: string | null } {
  const [seen, setSeen] = useState<Preview | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  useEffect(() => {
    let wanted = true;
    settingsApi.previewHours(data).then(
      (found) => {
        if (!wanted) return;
        wrong.set(new Map());
        setSeen(found);
        setTrouble(null);
      },
      (error: unknown) => {
        if (wanted) setTrouble(refused(error) ? t("set.preview_wrong") : said(error));
      },
    );
    return () => {
      wanted = false;
    };
  }, [data]);
  return { seen, trouble };
}

export function HoursPreview(): JSX.Element {
  const { seen, trouble } = usePreview(useSettled(useCell(draft), 400));
  return (
    <Section title={t("set.preview")} hint={t("set.preview_hint")}>
      {trouble && (
        <p class="set-wrong" role="status">
          {trouble}
        </p>
      )}
      {seen ? <Weeks seen={seen} /> : !trouble && <p class="quiet">{t("set.loading")}</p>}
    </Section>
  );
}

function Weeks({ seen }: { seen: Preview }): JSX.Element {
  const changed = useCell(draft) !== useCell(inForce)?.data;
  const first = seen.days[0]?.weekday ?? 0;
  return (
    <>
      {changed && seen.promises_moved > 0 && (
        <p class="set-moves" role="status">
          {t(seen.promises_moved === 1 ? "set.moves_one" : "set.moves", { n: seen.promises_moved })}
        </p>
      )}
      <ol class="set-days" aria-label={t("set.preview")}>
        {weekdays(language.value).map((name) => (
          <li class="set-weekday" key={name} aria-hidden="true">
            {name}
          </li>
        ))}
        {seen.days.map((day, index) => (
          <Cell key={day.date} day={day} start={index === 0 ? first + 1 : undefined} today={day.date === seen.today} />
        ))}
      </ol>
      {seen.clock_changes.length > 0 && (
        <>
          <h3>{t("set.clocks")}</h3>
          <ul class="set-clocks">
            {seen.clock_changes.map((day) => (
              <li key={day.date}>
                <strong>{dayOf(day.date)}</strong>: {clocks(day)}. {hoursOf(day)}
              </li>
            ))}
          </ul>
        </>
      )}
      <Told days={seen.days} />
    </>
  );
}

function Cell({ day, start, today }: { day: Day; start: number | undefined; today: boolean }): JSX.Element {
  const closed = day.spans.length === 0;
  const name = day.names[language.value] ?? Object.values(day.names)[0];
  const kind = day.because === "weekday" ? "" : day.because;
  const column = start ? `set-from-${start}` : "";
  return (
    <li class={`set-day ${closed ? "closed" : ""} ${kind} ${today ? "today" : ""} ${column}`}>
      <strong>{monthDay(day.date, language.value)}</strong>
      {closed ? <span class="quiet">{t("set.closed")}</span> : day.spans.map((span) => <span key={span.opens}>{`${span.opens}–${span.closes}`}</span>)}
      {kind && <small>{name ?? t(`set.because.${kind as "holiday"}`)}</small>}
      {day.change && <small class="set-clock">{clocks(day)}</small>}
    </li>
  );
}

function clocks(day: Day): string {
  return day.change ? t("set.clock", { before: day.change.before, after: day.change.after }) : "";
}

/** How long that really is: a night on which the clocks change is an hour shorter or longer. */
function hoursOf(day: Day): string {
  if (day.spans.length === 0) return t("set.clock_closed");
  const minutes = day.spans.reduce((sum, span) => sum + span.minutes, 0);
  const spans = day.spans.map((span) => `${span.opens}–${span.closes}`).join(", ");
  const hours = `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`;
  return t("set.clock_open", { spans, hours });
}

function Told({ days }: { days: readonly Day[] }): JSX.Element {
  return (
    <details>
      <summary>{t("set.told")}</summary>
      <p class="quiet">{t("set.told_hint")}</p>
      <ul class="set-told">
        {days.slice(0, 14).map((day) => (
          <li key={day.date}>
            <span>{monthDay(day.date, language.value, true)}</span>
            <span>{Object.entries(day.told).map(([spoken, text]) => <span key={spoken} lang={spoken}>{text}</span>)}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
