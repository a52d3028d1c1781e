import type { JSX } from "preact";
import { t } from "../../logic/words";
import { Icon } from "../../parts/icons";
import { Prose } from "../../parts/Prose";
import type { Suggestions } from "./useSuggestions";

export const HINT = "suggestion-hint";

interface Props {
  suggestions: Suggestions;
  language: string;
  /** Whether Tab inserts it: not where single keys are off. */
  byKey: boolean;
  insert: () => void;
}

/** Above the composer: an approved answer that fits, with one key to insert it. */
export function Suggestion({ suggestions, language, byKey, insert }: Props): JSX.Element {
  const { shown, at, number, next, hide } = suggestions;
  return (
    <div class="suggesting">
      <p id={HINT} class="hidden" role="status">
        {shown && t(byKey ? "write.suggested_hint" : "write.suggested_for", { title: shown.title })}
      </p>
      {shown && (
        <section class="suggestion" aria-label={t("write.suggested")}>
          <Icon name="book" />
          <div class="suggestion-words" title={[shown.source, `${shown.id} · v${shown.version}`].filter(Boolean).join(" · ")}>
            <p class="suggestion-by">
              {t("write.suggested")} · <strong lang={language}>{shown.title}</strong>
            </p>
            <p class="suggestion-text" lang={language} dir="auto">
              <Prose text={shown.text} />
            </p>
          </div>
          <div class="suggestion-acts">
            <button type="button" onClick={insert}>
              {t("write.insert")}
              {byKey && <kbd>Tab</kbd>}
            </button>
            {number > 1 && (
              <button type="button" aria-label={t("write.next", { at, n: number })} onClick={next}>
                {at}/{number}
              </button>
            )}
            <button type="button" class="bare" aria-label={t("write.hide")} onClick={hide}>
              <Icon name="close" />
            </button>
          </div>
        </section>
      )}
    </div>
  );
}
