import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { go } from "../desk";
import { closeness, dayAndHour, span } from "../logic/clock";
import { named, language, t, type Word } from "../logic/words";
import { sortedCallbacks, type CallbackGroup } from "../logic/callbacks";
import { useCell, useNarrow, useNow } from "../parts/hooks";
import { Icon } from "../parts/icons";
import { read, write } from "../logic/kept";
import { callbacks, route, session } from "../state";
import "../styles/callbacks.css";
import type { Callback } from "../types";
import { Calendar } from "./calls/Calendar";
import { begin, OUTCOMES, record, telOf } from "./calls/calling";

const GROUPS: readonly CallbackGroup[] = ["overdue", "today", "later"];

/** Promised callbacks by due time, the overdue ones first; or as a calendar, until one is opened. */
export function Callbacks(): JSX.Element {
  const [as, setAs] = useState(() => (read("calls") === "week" ? "week" : "list"));
  const open = useCell(route).reference !== null;
  const week = as === "week" && !open;
  const choose = (next: string): void => {
    write("calls", next);
    setAs(next);
  };
  return (
    <section class={week ? "queue calls week" : "queue calls"} aria-labelledby="calls-title">
      <header class="head">
        <h1 id="calls-title">{t("calls.title")}</h1>
        <As as={week ? "week" : "list"} choose={choose} />
      </header>
      {week ? <Calendar /> : <List />}
    </section>
  );
}

function As({ as, choose }: { as: "list" | "week"; choose: (next: string) => void }): JSX.Element {
  const pick = (next: string): void => {
    choose(next);
    if (next === "week") void go({ view: "callbacks", reference: null });
  };
  const calendar = useNarrow(760) ? "day" : "week";
  return (
    <div class="as" role="group" aria-label={t("calls.view")}>
      {(["list", "week"] as const).map((each) => (
        <button key={each} type="button" aria-pressed={as === each} onClick={() => pick(each)}>
          {t(each === "list" ? "calls.list" : `calls.${calendar}`)}
        </button>
      ))}
    </div>
  );
}

function List(): JSX.Element {
  const all = useCell(callbacks);
  const groups = sortedCallbacks(all, useNow());
  return (
      <div class="list">
        {GROUPS.map((group) => (
          <Group key={group} group={group} items={groups[group]} />
        ))}
        {all.length === 0 && (
          <div class="empty">
            <Icon name="phone" />
            <p>
              <strong>{t("calls.empty")}</strong>
            </p>
            <p>{t("calls.empty_hint")}</p>
          </div>
        )}
      </div>
  );
}

function Group({ group, items }: { group: CallbackGroup; items: Callback[] }): JSX.Element | null {
  if (items.length === 0) return null;
  return (
    <section class="group" aria-labelledby={`calls-${group}`}>
      <h2 id={`calls-${group}`}>
        {t(`calls.${group}` as Word)} <span class="quiet">{items.length}</span>
      </h2>
      <ul>
        {items.map((item) => (
          <li key={item.reference}>
            <Row item={item} />
            <Acts item={item} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Row({ item }: { item: Callback }): JSX.Element {
  const { reference } = useCell(route);
  const now = useNow();
  const due = Date.parse(item.due_at);
  const how = closeness(due, now, "due_at");
  const words =
    how === "past"
      ? t("deadline.overdue", { time: span(now - due) })
      : t("calls.by", { due: dayAndHour(due, now, language.value) });
  return (
    <button
      type="button"
      class="row"
      data-reference={item.reference}
      aria-current={reference === item.reference ? "true" : undefined}
      onClick={() => void go({ view: "callbacks", reference: item.reference })}
    >
      <span class="top">
        <strong class="name">{item.customer_label}</strong>
        <span class={`deadline ${how}`}>{words}</span>
      </span>
      {item.message && (
        <span class="words" lang={item.language} dir="auto">
          “{item.message}”
        </span>
      )}
      <span class="foot">
        <span class="code">{item.reference}</span>
        {item.contact && <span>{item.contact}</span>}
        <span>{item.language}</span>
        {item.attempts > 0 && <span>{t("calls.tries", { n: item.attempts })}</span>}
        {item.state !== "promised" && <span>{named("state", item.state)}</span>}
        {item.agent && <span>{t("queue.with", { agent: item.agent.name })}</span>}
      </span>
    </button>
  );
}

/** The number of a call that I make, to be called once more. */
function Number({ item }: { item: Callback }): JSX.Element | null {
  const tel = telOf(item);
  if (tel === null) return null;
  return (
    <a class="call" href={tel}>
      <Icon name="phone" /> {item.contact}
    </a>
  );
}

/** A call in two clicks: the number goes to the phone, then how it went. The open case has these in its own place. */
function Acts({ item }: { item: Callback }): JSX.Element | null {
  const { reference } = useCell(route);
  const me = useCell(session)?.agent.id;
  const label = t("calls.call_label", { customer: item.customer_label, reference: item.reference });
  if (reference === item.reference) return null;
  if (item.state === "calling" && item.agent?.id === me) {
    return (
      <div class="call-acts" role="group" aria-label={t("calls.how")}>
        <Number item={item} />
        {OUTCOMES.map((outcome) => (
          <button
            key={outcome}
            type="button"
            aria-label={t("calls.how_label", { outcome: t(`attempt.${outcome}`), reference: item.reference })}
            onClick={() => void record(item, outcome)}
          >
            {t(`attempt.${outcome}`)}
          </button>
        ))}
      </div>
    );
  }
  if (item.state !== "promised" || item.contact_kind !== "phone") return null;
  return (
    <div class="call-acts">
      <button type="button" class="call" aria-label={label} onClick={() => void begin(item)}>
        <Icon name="phone" /> {t("calls.call")}
      </button>
    </div>
  );
}
