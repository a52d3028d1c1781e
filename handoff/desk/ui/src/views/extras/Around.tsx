import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { ApiError } from "../../api";
import { extras } from "../../api-extras";
import { said } from "../../logic/errors";
import { listenTo, tellTyping, there } from "../../logic/extras/listening";
import { colleagues, hasLeft, spoke } from "../../logic/extras/there";
import { named, t } from "../../logic/words";
import { useCell, useNow } from "../../parts/hooks";
import { Icon } from "../../parts/icons";
import { presence, session } from "../../state";
import type { Case } from "../../types";
import { refreshCase } from "../../work";

/** Listens to who is around while this chat is on the screen; unless `quiet`, the others hear of it and of typing. */
export function useAround(reference: string, quiet: boolean): void {
  useEffect(() => listenTo(reference, quiet), [reference, quiet]);
  useEffect(() => {
    const typed = (event: Event): void => {
      if (event.target instanceof HTMLElement && event.target.id === "composer") tellTyping(reference, "reply");
    };
    addEventListener("input", typed);
    return () => removeEventListener("input", typed);
  }, [reference]);
}

/** Somebody else has this chat open, or types in it: said before anybody answers twice. */
export function Colleagues(): JSX.Element {
  const found = colleagues(useCell(there));
  const known = new Map(useCell(presence).map(({ agent }) => [agent.id, agent.name]));
  const typing = found.some((each) => each.types);
  return (
    <div role="status" class="colleagues-place">
      {found.length > 0 && (
        <p class={typing ? "colleagues typing" : "colleagues"}>
          <Icon name={typing ? "alert" : "details"} />
          {found
            .map(({ id, types }) => t(types ? `around.${types}` : "around.here", { agent: known.get(id) ?? t("around.somebody") }))
            .join(" · ")}
        </p>
      )}
    </div>
  );
}

export function CustomerTypes({ found }: { found: Case | null }): JSX.Element {
  const newest = found?.transcript.findLast((each) => each.author === "customer")?.id;
  useEffect(() => {
    if (newest) there.set(spoke(there.value, Date.now()));
  }, [newest]);
  const types = useCell(there).typing.has("customer");
  return (
    <p class={types ? "customer-types" : "customer-types none"} role="status">
      {types ? t("around.customer_types") : ""}
    </p>
  );
}

type Way = "byText" | "byPage";

/** How the customer is reached when their page is not enough: one line, one button. */
export function Reached({ found }: { found: Case }): JSX.Element | null {
  const left = hasLeft(useCell(there), useClock());
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const { item, reach } = found;
  const mine = item.state === "active" && item.agent?.id === session.value?.agent.id;
  if (!mine || !reach.page) return null;
  const phone = reach.phone ?? "";
  const move = async (way: Way): Promise<void> => {
    setBusy(true);
    setTrouble(null);
    try {
      await extras[way](item.reference, item.version);
    } catch (error) {
      setTrouble(words(error));
    } finally {
      await refreshCase(item.reference).catch(() => undefined);
      setBusy(false);
    }
  };
  const button = (way: Way, word: "reach.move" | "reach.back" | "reach.call_off" | "reach.again"): JSX.Element => (
    <button type="button" disabled={busy} onClick={() => void move(way)}>
      {t(word, { phone })}
    </button>
  );
  const line = told(found, left);
  if (!line && !trouble) return null;
  const may = reach.phone !== null && !reach.opted_out;
  return (
    <div class="reached">
      <p role="status">{line}</p>
      {reach.status === "live" && button("byPage", "reach.back")}
      {reach.status === "asked" && button("byPage", "reach.call_off")}
      {reach.status === "paused" && left && button("byText", "reach.again")}
      {(reach.status === null || reach.status === "over") && left && may && button("byText", "reach.move")}
      {trouble && (
        <p class="trouble" role="alert">
          {trouble}
        </p>
      )}
    </div>
  );
}

/** `hasLeft` counts in the browser's own time. */
function useClock(): number {
  useNow();
  return Date.now();
}

function told({ reach }: Case, left: boolean): string | null {
  const phone = reach.phone ?? "";
  if (reach.status === "live") return t("reach.live", { phone });
  if (reach.status === "asked") return t("reach.asked", { phone });
  if (reach.status === "paused") return t(left ? "reach.paused_left" : "reach.paused", { phone });
  if (!left) return null;
  if (reach.opted_out) return t("reach.opted_out", { phone });
  if (reach.ended_by === "declined") return t("reach.declined", { phone });
  if (reach.ended_by === "expired") return t("reach.expired", { phone });
  if (reach.ended_by === "no_text") return t("reach.no_text", { phone });
  if (reach.phone === null) return t("reach.no_phone");
  return t(reach.proven ? "reach.left" : "reach.left_typed");
}

function words(error: unknown): string {
  if (!(error instanceof ApiError) || error.code !== "not_by_text") return said(error);
  return `${named("by_text", error.fields["why"] ?? "")} ${error.fields["reference"] ?? ""}`.trim();
}
