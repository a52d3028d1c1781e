import type { JSX } from "preact";
import { t } from "../logic/words";
import { useCell, useNow } from "../parts/hooks";
import { open, session } from "../state";
import { undo } from "../work";

/** For ten seconds an action that ends or gives away a chat can be taken back. */
export function Undo(): JSX.Element | null {
  const found = useCell(open)?.found;
  const now = useNow();
  const pending = found?.pending ?? found?.item.pending;
  if (!found || !pending || found.item.agent?.id !== session.value?.agent.id) return null;
  const left = Math.ceil((Date.parse(pending.undo_until) - now) / 1000);
  if (left <= 0) return null;
  return (
    <div class="undo">
      <p>{t(`undo.${pending.kind}`, { reference: found.item.reference, n: left })}</p>
      <button type="button" class="primary" onClick={() => void undo()}>
        {t("act.undo")}
        <kbd>u</kbd>
      </button>
    </div>
  );
}
