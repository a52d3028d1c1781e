import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { reports, type ChangeOfToday } from "../../api-reports";
import { dayAndHour, hourOf, serverNow } from "../../logic/clock";
import { said } from "../../logic/errors";
import { language } from "../../logic/words";
import type { Today } from "../../types-reports";
import { b } from "../../words/board";
import { BoardCard } from "./card";

/** Opens or closes early today; tomorrow is as ever. */
export function Hours({ today, again }: { today: Today; again: () => void }): JSX.Element {
  const [trouble, setTrouble] = useState<string | null>(null);
  const [done, setDone] = useState(false);
  const [busy, setBusy] = useState(false);
  const change = async (wanted: ChangeOfToday): Promise<void> => {
    setBusy(true);
    setDone(false);
    try {
      await reports.today(wanted);
      setTrouble(null);
      setDone(true);
    } catch (error) {
      setTrouble(said(error));
    }
    setBusy(false);
    again();
  };
  const changed = today.intervals.join() !== today.planned.join();
  return (
    <BoardCard title={b("hours")}>
      <p>
        <strong>{situation(today)}</strong> <span class="quiet">{b("hours_today", { hours: listed(today.intervals) })}</span>
      </p>
      {changed && (
        <p class="with-act">
          <span class="quiet">{b("planned", { hours: listed(today.planned) })}</span>
          <button type="button" disabled={busy} onClick={() => void change({ act: "planned" })}>
            {b("undo")}
          </button>
        </p>
      )}
      {trouble && (
        <p class="trouble" role="alert">
          {trouble}
        </p>
      )}
      <p role="status" class={done ? "small" : "hidden"}>
        {done && b("hours_done")}
      </p>
      <Closing today={today} busy={busy} change={change} />
      <Opening busy={busy} change={change} />
      <p class="quiet small">{b("hours_hint")}</p>
    </BoardCard>
  );
}

interface ActProps {
  busy: boolean;
  change: (wanted: ChangeOfToday) => Promise<void>;
}

function Closing({ today, busy, change }: ActProps & { today: Today }): JSX.Element {
  const [asking, setAsking] = useState(false);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    void change({ act: "close", at: String(new FormData(event.currentTarget as HTMLFormElement).get("at")) });
  };
  if (asking) {
    return (
      <div class="board-form" role="group" aria-label={b("close_now")}>
        <p>{b("confirm_close")}</p>
        <button
          type="button"
          class="primary"
          disabled={busy}
          ref={(button) => button?.focus()}
          onClick={() => {
            setAsking(false);
            void change({ act: "close" });
          }}
        >
          {b("yes_close")}
        </button>
        <button type="button" onClick={() => setAsking(false)}>
          {b("cancel")}
        </button>
      </div>
    );
  }
  return (
    <form class="board-form" onSubmit={submit}>
      <label>
        {b("close_at")}
        <input type="time" name="at" required />
      </label>
      <button disabled={busy}>{b("close")}</button>
      {today.is_open && (
        <button type="button" disabled={busy} onClick={() => setAsking(true)}>
          {b("close_now")}
        </button>
      )}
    </form>
  );
}

function Opening({ busy, change }: ActProps): JSX.Element {
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    void change({ act: "open", at: String(form.get("at")), until: String(form.get("until") ?? "") || null });
  };
  return (
    <form class="board-form" onSubmit={submit}>
      <label>
        {b("open_at")}
        <input type="time" name="at" required />
      </label>
      <label>
        {b("open_until_field")}
        <input type="time" name="until" />
      </label>
      <button disabled={busy}>{b("open")}</button>
    </form>
  );
}

function situation(today: Today): string {
  if (today.is_open) {
    return today.closes_at ? b("open_until", { time: hourOf(Date.parse(today.closes_at), language.value, today.time_zone) }) : b("open_now");
  }
  if (!today.next_opening) return b("closed");
  return b("closed_until", { time: dayAndHour(Date.parse(today.next_opening), serverNow(), language.value) });
}

function listed(intervals: readonly string[]): string {
  return intervals.length > 0 ? intervals.join(", ") : b("hours_none");
}
