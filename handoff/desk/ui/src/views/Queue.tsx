import type { JSX } from "preact";
import { useMemo, useRef, useState } from "preact/hooks";
import { go, setStatus } from "../desk";
import { supervises } from "../logic/acts";
import { attention, found, grouped, steady, type Groups } from "../logic/queue";
import { t } from "../logic/words";
import { useCell } from "../parts/hooks";
import { Icon } from "../parts/icons";
import { act } from "../work";
import { cases, chosen, live, route, session, status } from "../state";
import type { QueueItem } from "../types";
import { BulkBar, Choose } from "./Bulk";
import { QueueRow } from "./QueueRow";

const ORDER = ["offers", "mine", "waiting", "others"] as const;

/** The references as they stand on the screen, for j and k. */
export function shownOrder(): string[] {
  const rows = document.querySelectorAll<HTMLElement>(".queue [data-reference]");
  return [...new Set([...rows].map((row) => row.dataset["reference"] ?? ""))];
}

export function Queue(): JSX.Element {
  const all = useCell(cases);
  const me = useCell(session)?.agent.id ?? "";
  const [search, setSearch] = useState("");
  const groups = useMemo(() => grouped(all.values(), me), [all, me]);
  const seen = useSteady(groups);
  const matching = (items: QueueItem[]): QueueItem[] =>
    search.trim() ? items.filter((item) => found(item, search.trim())) : items;
  const shown = ORDER.map((group) => ({ group, items: matching(seen.groups[group]) }));
  const nothing = shown.every(({ items }) => items.length === 0);
  return (
    <section class="queue" aria-labelledby="queue-title" onPointerEnter={seen.hold} onPointerLeave={seen.release}>
      <header class="head">
        <h1 id="queue-title">{t("queue.title")}</h1>
        <LiveMark />
        <SearchField value={search} onInput={setSearch} />
      </header>
      <p class="hidden" aria-live="polite">
        {t("queue.announce", { n: attention(groups) })}
      </p>
      <div class="list">
        {shown.map(({ group, items }) => (
          <Group key={group} group={group} items={items} />
        ))}
        {nothing && (search ? <NoMatch search={search} clear={() => setSearch("")} /> : <NobodyWaits />)}
      </div>
      <BulkBar references={shown.find(({ group }) => group === "waiting")?.items.map((item) => item.reference) ?? []} />
    </section>
  );
}

/** While the pointer rests on the list rows keep their place; new ones come at the end of their group. */
function useSteady(groups: Groups): { groups: Groups; hold: () => void; release: () => void } {
  const [held, setHeld] = useState(false);
  const shown = useRef<Groups>(groups);
  const next = { ...groups };
  if (held) {
    for (const group of ORDER) next[group] = steady(groups[group], shown.current[group].map((item) => item.reference));
  }
  shown.current = next;
  const mouse = (change: boolean) => (event?: PointerEvent) => {
    if (event?.pointerType !== "touch") setHeld(change);
  };
  return { groups: next, hold: mouse(true), release: mouse(false) };
}

function LiveMark(): JSX.Element {
  const on = useCell(live);
  return (
    <span class={on ? "livemark" : "livemark off"} role="status">
      {t(on ? "live.on" : "live.off")}
    </span>
  );
}

function SearchField({ value, onInput }: { value: string; onInput: (text: string) => void }): JSX.Element {
  return (
    <label class="search">
      <Icon name="search" />
      <input
        id="search"
        type="search"
        value={value}
        placeholder={t("queue.search")}
        aria-label={t("queue.search")}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
    </label>
  );
}

function Group({ group, items }: { group: (typeof ORDER)[number]; items: QueueItem[] }): JSX.Element | null {
  const { reference } = useCell(route);
  const choosing = useCell(chosen) !== null && group === "waiting";
  if (items.length === 0) return null;
  const offered = group === "waiting" && supervises(session.value?.agent.role) && items.length > 1 && !choosing;
  return (
    <section class={choosing ? `group ${group} choosing` : `group ${group}`} aria-labelledby={`group-${group}`}>
      <div class="with-act">
        <h2 id={`group-${group}`}>
          {t(`queue.${group}`)} <span class="quiet">{items.length}</span>
        </h2>
        {offered && (
          <button type="button" class="link" onClick={() => chosen.set(new Set())}>
            {t("bulk.begin")}
          </button>
        )}
      </div>
      <ul>
        {items.map((item) => (
          <li key={item.reference}>
            {choosing && <Choose reference={item.reference} />}
            <QueueRow
              item={item}
              chosen={item.reference === reference}
              mine={group === "mine"}
              showAgent={group === "others"}
            />
            {group === "offers" && <Answer reference={item.reference} />}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** An offer is answered in its row, without opening anything first. */
function Answer({ reference }: { reference: string }): JSX.Element {
  const answer = async (name: "accept" | "decline"): Promise<void> => {
    await go({ view: "queue", reference });
    await act(name);
  };
  return (
    <div class="answer">
      <button type="button" class="primary" onClick={() => void answer("accept")}>
        {t("act.accept")}
      </button>
      <button type="button" onClick={() => void answer("decline")}>
        {t("act.decline")}
      </button>
    </div>
  );
}

function NobodyWaits(): JSX.Element {
  const online = useCell(status) === "online";
  return (
    <div class="empty">
      <Icon name="calm" />
      <p>
        <strong>{t("queue.empty")}</strong>
      </p>
      <p>{t(online ? "queue.empty_online" : "queue.empty_away")}</p>
      {!online && (
        <button type="button" class="primary" onClick={() => setStatus("online")}>
          {t("queue.go_online")}
        </button>
      )}
    </div>
  );
}

function NoMatch({ search, clear }: { search: string; clear: () => void }): JSX.Element {
  return (
    <div class="empty">
      <p>{t("queue.no_match", { search })}</p>
      <button type="button" onClick={clear}>
        {t("queue.clear")}
      </button>
    </div>
  );
}
