import type { JSX } from "preact";
import { useCell } from "../parts/hooks";
import { chooseNotifying, notifying } from "../notify";
import { q } from "../words/queue";

/** In the agent's menu: whether the browser tells of news while another window is in front. */
export function NotifyChoice(): JSX.Element | null {
  const now = useCell(notifying);
  if (now === null) return null;
  return (
    <>
      <label class="pair">
        {q("notify")}
        <input
          type="checkbox"
          checked={now === "on"}
          disabled={now === "blocked"}
          aria-describedby={now === "blocked" ? "notify-blocked" : undefined}
          onChange={(event) => void chooseNotifying(event.currentTarget.checked)}
        />
      </label>
      {now === "blocked" && (
        <small class="quiet" id="notify-blocked">
          {q("notify_blocked")}
        </small>
      )}
    </>
  );
}
