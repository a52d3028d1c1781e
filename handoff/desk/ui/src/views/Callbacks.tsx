import type { JSX } from "preact";
import { go } from "../desk";
import { closeness, dayAndHour, span } from "../logic/clock";
import { named, language, t, type Word } from "../logic/words";
import { sortedCallbacks, type CallbackGroup } from "../logic/callbacks";
import { useCell, useNow } from "../parts/hooks";
import { Icon } from "../parts/icons";
import { callbacks, route } from "../state";
import type { Callback } from "../types";

const GROUPS: readonly CallbackGroup[] = ["overdue", "today", "later"];

/** Promised callbacks by due time, the overdue ones first. */
export function Callbacks(): JSX.Element {
  const all = useCell(callbacks);
  const groups = sortedCallbacks(all, useNow());
  return (
    <section class="queue calls" aria-labelledby="calls-title">
      <header class="head">
        <h1 id="calls-title">{t("calls.title")}</h1>
      </header>
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
    </section>
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
