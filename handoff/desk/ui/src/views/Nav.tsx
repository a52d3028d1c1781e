import type { JSX } from "preact";
import { go } from "../desk";
import { supervises } from "../logic/acts";
import { attention } from "../logic/queue";
import { t } from "../logic/words";
import { useCell } from "../parts/hooks";
import { Icon } from "../parts/icons";
import { usePicked } from "../parts/picked";
import { callbacks, cases, dialog, notices, route, session, type Route } from "../state";
import { ToSettings } from "./settings/ToSettings";
import "../styles/nav-phone.css";
import { You } from "./You";

export function Nav(): JSX.Element {
  const { view } = useCell(route);
  const me = useCell(session)?.agent;
  const waiting = usePicked(cases, (all) => attention(all.values(), me?.id ?? ""));
  const overdue = usePicked(callbacks, (all) => all.filter((each) => each.overdue).length);
  const told = usePicked(notices, (all) => all.reduce((count, each) => count + each.count, 0));
  return (
    <nav class="nav" aria-label={t("nav.label")}>
      <Place here={view === "queue"} count={waiting} icon="queue" to="queue" />
      <Place here={view === "callbacks"} count={overdue} tone={overdue > 0 ? "late" : ""} icon="phone" to="callbacks" />
      <Place here={view === "knowledge"} count={0} icon="book" to="knowledge" />
      {supervises(me?.role) && <Place here={view === "board"} count={0} icon="board" to="board" />}
      {supervises(me?.role) && <Place here={view === "reports"} count={0} icon="chart" to="reports" />}
      {supervises(me?.role) && <Place here={view === "guarantee"} count={0} icon="shield" to="guarantee" />}
      {supervises(me?.role) && <ToSettings here={view === "settings"} />}
      <Place here={view === "notices"} count={told} tone="calm" icon="bell" to="notices" />
      <button type="button" class="place help" onClick={() => dialog.set("keys")}>
        <Icon name="keys" />
        <span>{t("nav.help")}</span>
      </button>
      <You />
    </nav>
  );
}

interface PlaceProps {
  here: boolean;
  count: number;
  tone?: "late" | "calm" | "";
  icon: "queue" | "phone" | "bell" | "shield" | "book" | "board" | "chart";
  to: Route["view"];
}

function Place({ here, count, tone = "", icon, to }: PlaceProps): JSX.Element {
  return (
    <button
      type="button"
      class="place"
      aria-current={here ? "page" : undefined}
      onClick={() => void go({ view: to, reference: null })}
    >
      <span class="mark">
        <Icon name={icon} />
        {count > 0 && <span class={`count ${tone}`}>{count}</span>}
      </span>
      <span>{t(`nav.${to}`)}</span>
    </button>
  );
}
