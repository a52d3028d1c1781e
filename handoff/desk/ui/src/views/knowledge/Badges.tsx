import type { JSX } from "preact";
import { serverNow } from "../../logic/clock";
import { reviewOf, standOf } from "../../logic/knowledge/standing";
import { t } from "../../logic/words";
import { dayOf } from "../../parts/days";
import { Icon } from "../../parts/icons";
import type { Item } from "../../types-knowledge";

/** How an entry stands, in words: its state, what customers get, its review, and who approved it. */
export function Badges({ item }: { item: Item }): JSX.Element {
  const stand = standOf(item);
  return (
    <span class="badges">
      <span class={`badge stand ${stand}`}>{t(`stand.${stand}`)}</span>
      <Served item={item} />
      <Review item={item} />
      {item.self_approved && <span class="badge self">{t("self.approved")}</span>}
    </span>
  );
}

function Served({ item }: { item: Item }): JSX.Element | null {
  if (item.kind === "negatives") return null;
  if (item.served && item.state === "retired") return <span class="badge not-served">{t("live.until_next")}</span>;
  if (item.served && item.live_version !== item.version) {
    return <span class="badge stand released">{t("live.version", { n: item.live_version ?? 0 })}</span>;
  }
  if (item.live_version === null) return item.state === "approved" ? <span class="fine">{t("live.waits")}</span> : null;
  if (item.served) {
    return (
      <span class="fine served">
        <Icon name="check" />
        {t("live.served")}
      </span>
    );
  }
  const expired = item.kind === "entry" && item.state !== "retired" && reviewOf(item.review_by, serverNow()) === "past";
  return <span class="badge not-served">{t(expired ? "live.expired" : "live.not_served")}</span>;
}

function Review({ item }: { item: Item }): JSX.Element | null {
  if (item.state === "retired") return null;
  const how = reviewOf(item.review_by, serverNow());
  const words = t(`review.${how}`, { day: dayOf(item.review_by) });
  return <span class={how === "calm" ? "fine" : `deadline ${how}`}>{words}</span>;
}
