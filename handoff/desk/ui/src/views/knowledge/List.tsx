import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { knowledge, type Wanted } from "../../api-knowledge";
import { Cell } from "../../logic/cell";
import { nameOf, titleOf } from "../../logic/knowledge/standing";
import { language, t } from "../../logic/words";
import { useCell } from "../../parts/hooks";
import { Icon } from "../../parts/icons";
import { useRead } from "../../parts/reading";
import { useSettled } from "../../parts/settled";
import type { Item, Kind } from "../../types-knowledge";
import { Badges } from "./Badges";
import { addressOf, Trouble, Waiting } from "./Knowledge";

const EVERYTHING: Wanted = { q: "", state: "", topic: "" };
/** What is looked for stays while one goes into an answer and back. */
const wanted = new Cell<Wanted>(EVERYTHING);
const PAGE = 200;
/** How many rows are wanted: a page, and one more at each asking. */
const upto = new Cell(PAGE);
/** Every topic that any answer has had so far. */
export const topics = new Cell<readonly string[]>([]);

const KINDS: readonly Kind[] = ["entry", "notice", "negatives"];
const STATES = ["released", "draft", "in_review", "approved", "retired"] as const;
const TYPING = 250;

export function List(): JSX.Element {
  const now = useCell(wanted);
  const settled = useSettled(now, TYPING);
  const most = useCell(upto);
  const { found, trouble } = useRead(() => knowledge.list(settled, most), [settled, most]);
  useEffect(() => learn(found?.topics ?? []), [found]);
  return (
    <>
      <Filters now={now} />
      {trouble && found && <Trouble>{trouble}</Trouble>}
      {found ? <Found entries={found.entries} total={found.total} /> : <Waiting trouble={trouble} />}
    </>
  );
}

function learn(found: readonly string[]): void {
  const known = new Set(topics.value);
  if (found.some((topic) => !known.has(topic))) topics.update((before) => [...new Set([...before, ...found])].sort());
}

function Filters({ now }: { now: Wanted }): JSX.Element {
  const known = useCell(topics);
  const change = (part: Partial<Wanted>): void => {
    upto.set(PAGE);
    wanted.update((before) => ({ ...before, ...part }));
  };
  return (
    <form class="filters" role="search" onSubmit={(event) => event.preventDefault()}>
      <label class="search">
        <Icon name="search" />
        <input
          id="search"
          type="search"
          value={now.q}
          maxLength={200}
          placeholder={t("list.search")}
          aria-label={t("list.search")}
          onInput={(event) => change({ q: event.currentTarget.value })}
        />
      </label>
      <select value={now.state} aria-label={t("list.state")} onChange={(event) => change({ state: event.currentTarget.value })}>
        <option value="">{t("list.any_state")}</option>
        {STATES.map((state) => (
          <option key={state} value={state}>
            {t(`stand.${state}`)}
          </option>
        ))}
      </select>
      <select value={now.topic} aria-label={t("list.topic")} onChange={(event) => change({ topic: event.currentTarget.value })}>
        <option value="">{t("list.any_topic")}</option>
        {known.map((topic) => (
          <option key={topic} value={topic}>
            {topic}
          </option>
        ))}
      </select>
    </form>
  );
}

function Found({ entries, total }: { entries: Item[]; total: number }): JSX.Element {
  if (entries.length === 0) return <Nothing />;
  const more = total > entries.length;
  return (
    <div class="found">
      <p class="quiet count-line" role="status">
        {more ? t("list.some", { n: entries.length, total }) : t("list.count", { n: total })}
      </p>
      {KINDS.map((kind) => (
        <Group key={kind} kind={kind} items={entries.filter((each) => each.kind === kind)} counted={!more} />
      ))}
      {more && (
        <button type="button" class="at-start" onClick={() => upto.set(entries.length + PAGE)}>
          {t("list.more", { n: Math.min(PAGE, total - entries.length) })}
        </button>
      )}
    </div>
  );
}

/** `counted`: all of the kind are shown, so that their number means something. */
function Group({ kind, items, counted }: { kind: Kind; items: Item[]; counted: boolean }): JSX.Element | null {
  if (items.length === 0) return null;
  return (
    <section class="group" aria-labelledby={`kind-${kind}`}>
      <h2 id={`kind-${kind}`}>
        {t(`list.${kind}`)} {counted && <span class="quiet">{items.length}</span>}
      </h2>
      <ul>
        {items.map((item) => (
          <li key={item.item_id}>
            <Row item={item} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Row({ item }: { item: Item }): JSX.Element {
  return (
    <a class="row" data-item={item.item_id} href={addressOf(`entry/${item.item_id}`)}>
      <strong class="name">{titleOf(item.title, language.value, item.item_id)}</strong>
      <Badges item={item} />
      <span class="foot">
        {item.topic && <span>{item.topic}</span>}
        <span class="code">{item.item_id}</span>
        <span>{t("list.version", { n: item.version })}</span>
        <span>{nameOf(item.owner)}</span>
      </span>
    </a>
  );
}

function Nothing(): JSX.Element {
  const searched = wanted.value.q !== "" || wanted.value.state !== "" || wanted.value.topic !== "";
  return (
    <div class="empty" role="status">
      <Icon name="book" />
      <p>
        <strong>{t(searched ? "list.none" : "list.empty")}</strong>
      </p>
      <p>{t(searched ? "list.none_hint" : "list.empty_hint")}</p>
      {searched && (
        <button
          type="button"
          onClick={() => {
            upto.set(PAGE);
            wanted.set(EVERYTHING);
          }}
        >
          {t("list.clear")}
        </button>
      )}
    </div>
  );
}
