import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { go } from "../../desk";
import { daysOf, midnight, monday, rangeName, type Day } from "../../logic/calendar";
import { closeness, dayAndHour, hourOf, serverNow } from "../../logic/clock";
import { language, t } from "../../logic/words";
import { useCell, useNarrow, useNow } from "../../parts/hooks";
import { Icon } from "../../parts/icons";
import { callbacks } from "../../state";
import type { Callback } from "../../types";

/** A week of callbacks; on a phone a day. Arrow keys move, Page up and Page down turn the page, Home is today. */
export function Calendar(): JSX.Element {
  const all = useCell(callbacks);
  const now = useNow();
  const count = useNarrow(760) ? 1 : 7;
  const [shown, setShown] = useState(() => midnight(serverNow()));
  const grid = useRef<HTMLDivElement>(null);
  const byKey = useRef(false);
  const first = count === 1 ? shown : monday(shown);
  const days = daysOf(all, first, count, now);
  const turn = (by: number): void => setShown(midnight(first, by * count));
  useEffect(() => {
    if (byKey.current && !grid.current?.contains(document.activeElement)) grid.current?.querySelector<HTMLElement>(".calendar-day")?.focus();
    byKey.current = false;
  }, [first]);
  const onKeyDown = (event: KeyboardEvent): void => {
    byKey.current = true; // what had the focus may not be on the next page
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "PageUp") turn(-1);
    else if (event.key === "PageDown") turn(1);
    else if (event.key === "Home") setShown(midnight(serverNow()));
    else if (!moved(grid.current, event.key)) return;
    event.preventDefault();
  };
  const one = count === 1;
  return (
    <div class="calendar">
      <div class="calendar-head">
        <button type="button" class="bare" aria-label={t(one ? "calls.earlier_day" : "calls.earlier_week")} onClick={() => turn(-1)}>
          <Icon name="back" />
        </button>
        <button type="button" onClick={() => setShown(midnight(serverNow()))}>
          {t("calls.today_button")}
        </button>
        <button type="button" class="bare turned" aria-label={t(one ? "calls.later_day" : "calls.later_week")} onClick={() => turn(1)}>
          <Icon name="back" />
        </button>
        <h2 aria-live="polite">{rangeName(first, count, language.value)}</h2>
      </div>
      <p class="hidden" id="calendar-keys">
        {t("calls.keys")}
      </p>
      <div class={one ? "calendar-days one" : "calendar-days"} role="group" aria-label={t("calls.calendar")} aria-describedby="calendar-keys" ref={grid} onKeyDown={onKeyDown}>
        {days.map((day, at) => (
          <Column key={at} day={day} now={now} />
        ))}
      </div>
    </div>
  );
}

function Column({ day, now }: { day: Day; now: number }): JSX.Element {
  const long = new Intl.DateTimeFormat(language.value, { weekday: "long", day: "numeric", month: "long" }).format(day.at);
  const short = new Intl.DateTimeFormat(language.value, { weekday: "short", day: "numeric" }).format(day.at);
  return (
    <section class={day.isToday ? "calendar-day today" : "calendar-day"} tabIndex={0} aria-label={long} aria-current={day.isToday ? "date" : undefined}>
      <h3>{short}</h3>
      {day.before.length > 0 && (
        <>
          <p class="still">{t("calls.still_overdue")}</p>
          <List items={day.before} now={now} />
        </>
      )}
      <List items={day.due} now={now} />
      {day.before.length + day.due.length === 0 && <p class="quiet nothing">{t("calls.none_that_day")}</p>}
    </section>
  );
}

function List({ items, now }: { items: readonly Callback[]; now: number }): JSX.Element | null {
  if (items.length === 0) return null;
  return (
    <ul>
      {items.map((item) => (
        <li key={item.reference}>
          <Call item={item} now={now} />
        </li>
      ))}
    </ul>
  );
}

function Call({ item, now }: { item: Callback; now: number }): JSX.Element {
  const due = Date.parse(item.due_at);
  const how = closeness(due, now, "due_at");
  const said = dayAndHour(due, now, language.value);
  const words = { customer: item.customer_label, due: said, reference: item.reference };
  return (
    <button
      type="button"
      class={`calendar-call ${how}`}
      data-reference={item.reference}
      aria-label={`${t("calls.open_label", words)}${how === "past" ? `. ${t("calls.overdue")}` : ""}`}
      onClick={() => void go({ view: "callbacks", reference: item.reference })}
    >
      <span class="when">
        {how === "past" && <Icon name="alert" />}
        {hourOf(due, language.value)}
      </span>
      <span class="whom">{item.customer_label}</span>
      <span class="quiet code">{item.reference}</span>
    </button>
  );
}

/** Up and down within a day, left and right to the next; a day without callbacks is a stop too. */
function moved(grid: HTMLElement | null, key: string): boolean {
  if (!grid || !key.startsWith("Arrow")) return false;
  const days = [...grid.querySelectorAll<HTMLElement>(".calendar-day")];
  const here = days.findIndex((day) => day.contains(document.activeElement));
  if (here < 0) return false;
  if (key === "ArrowLeft" || key === "ArrowRight") {
    const next = days[here + (key === "ArrowLeft" ? -1 : 1)];
    (next?.querySelector<HTMLElement>(".calendar-call") ?? next)?.focus();
    return next !== undefined;
  }
  const stops = [...(days[here]?.querySelectorAll<HTMLElement>(".calendar-call") ?? [])];
  const at = stops.findIndex((stop) => stop === document.activeElement);
  stops[at + (key === "ArrowUp" ? -1 : 1)]?.focus();
  return true;
}
