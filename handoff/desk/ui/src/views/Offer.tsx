import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { go } from "../desk";
import { span } from "../logic/clock";
import { offersTo } from "../logic/queue";
import { reasonOf, t } from "../logic/words";
import { useCell, useTicking } from "../parts/hooks";
import { sameList, usePicked } from "../parts/picked";
import { cases, session } from "../state";
import type { QueueItem } from "../types";
import { answerOffer } from "../work";

/** A chat that is kept for me for some seconds: it is said on top of whatever page is open. */
export function Offer(): JSX.Element {
  const me = useCell(session)?.agent.id ?? "";
  const offers = usePicked(cases, (all) => offersTo(all.values(), me), sameList);
  const first = offers[0];
  return (
    <div class="offer" role="status">
      {first && <Banner key={first.reference} item={first} more={offers.length - 1} />}
    </div>
  );
}

function Banner({ item, more }: { item: QueueItem; more: number }): JSX.Element {
  const [busy, setBusy] = useState(false);
  const answer = async (name: "accept" | "decline"): Promise<void> => {
    setBusy(true);
    await answerOffer(item, name);
    setBusy(false);
  };
  return (
    <div class="banner">
      <p>
        <strong>{t("offer.title", { customer: item.customer_label })}</strong>
        <span class="quiet">
          {item.urgency !== "normal" && <span class={`badge ${item.urgency}`}>{t(`urgency.${item.urgency}`)}</span>}{" "}
          {reasonOf(item.reason)} {more > 0 && t("offer.more", { n: more })}
        </span>
      </p>
      <Left until={item.deadline_at} />
      <span class="answer">
        <button type="button" class="primary" disabled={busy} onClick={() => void answer("accept")}>
          {t("act.accept")}
          <kbd>a</kbd>
        </button>
        <button type="button" disabled={busy} onClick={() => void answer("decline")}>
          {t("act.decline")}
          <kbd>d</kbd>
        </button>
        <button type="button" class="link" onClick={() => void go({ view: "queue", reference: item.reference })}>
          {item.reference}
        </button>
      </span>
    </div>
  );
}

/** The seconds that are left, which no screen reader counts aloud. */
function Left({ until }: { until: string | null }): JSX.Element {
  const at = Date.parse(until ?? "");
  const element = useTicking((now) => ({
    name: at - now < 10_000 ? "deadline near" : "deadline",
    text: Number.isNaN(at) ? "" : t("offer.left", { time: span(at - now) }),
  }));
  return <span ref={element} aria-hidden="true" />;
}
