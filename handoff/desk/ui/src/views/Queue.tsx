import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { refilter, setStatus } from "../desk";
import { supervises } from "../logic/acts";
import { chosenFacets, filter } from "../logic/filters";
import { attention, groupOf } from "../logic/queue";
import { ORDER, orderOf, sameOrder, size, type Group as Name, type Order } from "../logic/steadying";
import { t } from "../logic/words";
import { useCell } from "../parts/hooks";
import { Icon } from "../parts/icons";
import { usePicked } from "../parts/picked";
import { cases, chosen, live, session, status } from "../state";
import { q } from "../words/queue";
import { BulkBar } from "./Bulk";
import { FilterButton, FilterChips, FilterPanel } from "./QueueFilters";
import { useSteady } from "./QueueHold";
import { QueueRow } from "./QueueRow";

const AT_FIRST = 30; // rows of a group that the first frame draws: more than a screen has

/** The references as they stand on the screen, for j and k. */
export function shownOrder(): string[] {
  const rows = document.querySelectorAll<HTMLElement>(".queue [data-reference]");
  return [...new Set([...rows].map((row) => row.dataset["reference"] ?? ""))];
}

export function Queue(): JSX.Element {
  const me = useCell(session)?.agent.id ?? "";
  const wanted = useCell(filter);
  const [search, setSearch] = useState("");
  const [choosing, setChoosing] = useState(false);
  const now = usePicked(cases, (all) => orderOf(all, me, wanted, search), sameOrder);
  const { order, fresh, settle, hold } = useSteady(now, `${search} ${JSON.stringify(wanted)}`);
  return (
    <section class="queue" aria-labelledby="queue-title">
      <header class="head">
        <h1 id="queue-title">{t("queue.title")}</h1>
        <Came fresh={fresh} settle={settle} />
        <LiveMark />
        <div class="queue-tools">
          <SearchField value={search} onInput={setSearch} />
          <FilterButton open={choosing} toggle={() => setChoosing(!choosing)} />
        </div>
        {choosing && <FilterPanel />}
        <FilterChips />
      </header>
      <Announced me={me} />
      <div class="list" {...hold}>
        <Groups order={order} settle={settle} />
        {size(order) === 0 && <Nothing me={me} search={search} clear={() => setSearch("")} />}
        <Hidden me={me} shown={size(now)} filtered={search === "" && chosenFacets(wanted).length > 0} />
      </div>
      <BulkBar references={order.waiting} />
    </section>
  );
}

function Groups({ order, settle }: { order: Order; settle: () => void }): JSX.Element {
  const whole = useSoon();
  const first = useRef(new Set(cases.value.keys()));
  return (
    <>
      {ORDER.map((name) => (
        <Group key={name} name={name} references={whole ? order[name] : order[name].slice(0, AT_FIRST)} count={order[name].length} first={first.current} settle={settle} />
      ))}
    </>
  );
}

/** False for the first frame. */
function useSoon(): boolean {
  const [soon, setSoon] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSoon(true), 30); // after the frame; a hidden page has none
    return () => clearTimeout(timer);
  }, []);
  return soon;
}

interface GroupProps {
  name: Name;
  references: readonly string[];
  count: number;
  /** What was there when the list was opened; the rest comes in calmly. */
  first: ReadonlySet<string>;
  settle: () => void;
}

function Group({ name, references, count, first, settle }: GroupProps): JSX.Element | null {
  const choosing = useCell(chosen) !== null && name === "waiting";
  if (count === 0) return null;
  const offered = name === "waiting" && supervises(session.value?.agent.role) && count > 1 && !choosing;
  return (
    <section class={choosing ? `group ${name} choosing` : `group ${name}`} aria-labelledby={`group-${name}`}>
      <div class="with-act">
        <h2 id={`group-${name}`}>
          {t(`queue.${name}`)} <span class="quiet">{count}</span>
        </h2>
        {offered && (
          <button type="button" class="link" id="choose-several" onClick={() => chosen.set(new Set())}>
            {t("bulk.begin")}
          </button>
        )}
      </div>
      <ul>
        {references.map((reference) => (
          <QueueRow key={reference} reference={reference} group={name} choosing={choosing} fresh={!first.has(reference)} settle={settle} />
        ))}
      </ul>
    </section>
  );
}

function Announced({ me }: { me: string }): JSX.Element {
  const count = usePicked(cases, (all) => attention(all.values(), me));
  return (
    <p class="hidden" aria-live="polite">
      {t("queue.announce", { n: count })}
    </p>
  );
}

/** What has come while the list stands still; said above the list, so that nothing in it moves. */
function Came({ fresh, settle }: { fresh: readonly string[]; settle: () => void }): JSX.Element {
  const urgent = fresh.filter((reference) => (cases.value.get(reference)?.urgency ?? "normal") !== "normal").length;
  const one = fresh.length === 1;
  const words = one ? q(urgent > 0 ? "came_one_urgent" : "came_one") : q(urgent > 0 ? "came_urgent" : "came", { n: fresh.length, urgent });
  return (
    <div class="came" role="status">
      {fresh.length > 0 && (
        <button type="button" class={urgent > 0 ? "urgent" : undefined} onClick={settle}>
          {words}
        </button>
      )}
    </div>
  );
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

/** How many chats the filters leave out: nobody should forget them. */
function Hidden({ me, shown, filtered }: { me: string; shown: number; filtered: boolean }): JSX.Element | null {
  const all = usePicked(cases, (known) => [...known.values()].filter((item) => groupOf(item, me)).length);
  if (!filtered || all <= shown) return null;
  return (
    <p class="filtered">
      {q("hidden", { n: all - shown })}{" "}
      <button type="button" class="link" onClick={() => refilter({})}>
        {q("clear")}
      </button>
    </p>
  );
}

function Nothing({ me, search, clear }: { me: string; search: string; clear: () => void }): JSX.Element | null {
  const some = usePicked(cases, (all) => [...all.values()].some((item) => groupOf(item, me)));
  if (search.trim()) return <NoMatch search={search} clear={clear} />;
  return some ? null : <NobodyWaits />;
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
