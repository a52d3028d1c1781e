import type { JSX } from "preact";
import { t, type Word } from "../../logic/words";

/** Under a form in a window: not now, or do it. */
export function Foot({ word, close }: { word: Word; close: () => void }): JSX.Element {
  return (
    <footer>
      <button type="button" onClick={close}>
        {t("act.cancel")}
      </button>
      <button class="primary">{t(word)}</button>
    </footer>
  );
}
