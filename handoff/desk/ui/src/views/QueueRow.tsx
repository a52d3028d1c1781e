import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { go } from "../desk";
import type { Group } from "../logic/steadying";
import { named, reasonOf, t } from "../logic/words";
import { Deadline, Waits } from "../parts/Deadline";
import { usePicked } from "../parts/picked";
import { pure } from "../parts/pure";
import { cases, route, session } from "../state";
import type { QueueItem } from "../types";
import { answerOffer } from "../work";
import { q } from "../words/queue";
import { Choose } from "./Bulk";

interface Props {
  reference: string;
  group: Group;
  choosing: boolean;
  /** It has come in after the list was first shown. */
  fresh: boolean;
  settle: () => void;
}

/** A place in the list. It is drawn again when its own chat changes, and with no other. */
function view({ reference, group, choosing, fresh, settle }: Props): JSX.Element | null {
  const now = usePicked(cases, (all) => all.get(reference));
  const chosen = usePicked(route, (to) => to.reference === reference);
  const last = useRef(now);
  if (now) last.current = now;
  const item = last.current;
  if (!item) return null;
  return (
    <li class={fresh ? "fresh" : undefined}>
      {choosing && <Choose reference={reference} />}
      <Row item={item} chosen={chosen} group={group} gone={!now} />
      {group === "offers" && <Answer item={item} here={now !== undefined} settle={settle} />}
    </li>
  );
}

function Row({ item, chosen, group, gone }: { item: QueueItem; chosen: boolean; group: Group; gone: boolean }): JSX.Element {
  const me = session.value?.agent.id;
  const held = group === "mine" || group === "others";
  const sameWord = item.reason.endsWith(item.urgency);
  return (
    <button
      type="button"
      class={gone ? "row gone" : `row ${item.urgency}`}
      data-reference={item.reference}
      aria-current={chosen ? "true" : undefined}
      onClick={() => void go({ view: "queue", reference: item.reference })}
    >
      <span class="top">
        <strong class="name">{item.customer_label}</strong>
        {!gone && <Deadline item={item} />}
      </span>
      <span class="middle">
        {item.urgency !== "normal" && <span class={`badge ${item.urgency}`}>{t(`urgency.${item.urgency}`)}</span>}
        {!sameWord && <span class="reason">{reasonOf(item.reason)}</span>}
        {held && item.unseen > 0 && <span class="badge new">{t("queue.unseen", { n: item.unseen })}</span>}
        {!held && !gone && <Waits since={item.waiting_since} />}
      </span>
      <Words item={item} held={held} />
      <span class="foot">
        <span class="code">{item.reference}</span>
        <span>{named("channel", item.channel)}</span>
        <span title={named("language", item.language)}>{item.language}</span>
        {gone && <span>{q("gone")}</span>}
        {!gone && item.agent && item.agent.id !== me && <span>{t("queue.with", { agent: item.agent.name })}</span>}
        {item.state === "offered" && item.offered_to && item.offered_to.id !== me && (
          <span>{t("queue.offered_to", { agent: item.offered_to.name })}</span>
        )}
        {item.state === "collecting" && <span>{t("state.collecting")}</span>}
      </span>
    </button>
  );
}

/** What the customer said that brought a person; once somebody has the chat, the last word in it. One line, always. */
function Words({ item, held }: { item: QueueItem; held: boolean }): JSX.Element {
  const text = held ? item.last_text : item.evidence || item.last_text;
  const quoted = text !== "" && (!held || item.last_author === "customer");
  return (
    <span class={quoted ? "words" : "words quiet"} lang={item.language} dir="auto">
      {quoted ? `“${text}”` : text || "\u00a0"}
    </span>
  );
}

/** An offer is answered in its row, without opening anything first. */
function Answer({ item, here, settle }: { item: QueueItem; here: boolean; settle: () => void }): JSX.Element {
  const mine = here && item.state === "offered" && item.offered_to?.id === session.value?.agent.id;
  const answer = async (name: "accept" | "decline"): Promise<void> => {
    await answerOffer(item, name);
    settle();
  };
  return (
    <div class="answer">
      <button type="button" class="primary" disabled={!mine} onClick={() => void answer("accept")}>
        {t("act.accept")}
      </button>
      <button type="button" disabled={!mine} onClick={() => void answer("decline")}>
        {t("act.decline")}
      </button>
    </div>
  );
}

export const QueueRow = pure<Props>(view);
