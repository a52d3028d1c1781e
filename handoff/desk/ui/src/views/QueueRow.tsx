import type { JSX } from "preact";
import { go } from "../desk";
import { named, reasonOf, t } from "../logic/words";
import { Deadline, Waits } from "../parts/Deadline";
import { pure } from "../parts/pure";
import type { QueueItem } from "../types";

interface Props {
  item: QueueItem;
  chosen: boolean;
  mine: boolean;
  showAgent: boolean;
}

function view({ item, chosen, mine, showAgent }: Props): JSX.Element {
  const held = mine || showAgent;
  const sameWord = item.reason.endsWith(item.urgency);
  return (
      <button
        type="button"
        class={`row ${item.urgency}`}
        data-reference={item.reference}
        aria-current={chosen ? "true" : undefined}
        onClick={() => void go({ view: "queue", reference: item.reference })}
      >
        <span class="top">
          <strong class="name">{item.customer_label}</strong>
          <Deadline item={item} />
        </span>
        <span class="middle">
          {item.urgency !== "normal" && <span class={`badge ${item.urgency}`}>{t(`urgency.${item.urgency}`)}</span>}
          {!sameWord && <span class="reason">{reasonOf(item.reason)}</span>}
          {held && item.unseen > 0 && <span class="badge new">{t("queue.unseen", { n: item.unseen })}</span>}
          {!held && <Waits since={item.waiting_since} />}
        </span>
        <Words item={item} held={held} />
        <span class="foot">
          <span class="code">{item.reference}</span>
          <span>{named("channel", item.channel)}</span>
          <span>{item.language}</span>
          {showAgent && item.agent && <span>{t("queue.with", { agent: item.agent.name })}</span>}
          {item.state === "offered" && item.offered_to && !mine && (
            <span>{t("queue.offered_to", { agent: item.offered_to.name })}</span>
          )}
          {item.state === "collecting" && <span>{t("state.collecting")}</span>}
        </span>
      </button>
  );
}

/** What the customer said that brought a person; once somebody has the chat, the last word in it. */
function Words({ item, held }: { item: QueueItem; held: boolean }): JSX.Element | null {
  const text = held ? item.last_text : item.evidence || item.last_text;
  if (!text) return null;
  const quoted = !held || item.last_author === "customer";
  return (
    <span class={quoted ? "words" : "words quiet"} lang={item.language} dir="auto">
      {quoted ? `“${text}”` : text}
    </span>
  );
}

export const QueueRow = pure<Props>(view);
