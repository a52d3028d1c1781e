import type { JSX } from "preact";
import { go } from "../../desk";
import { t } from "../../logic/words";
import { Icon } from "../../parts/icons";

/** The way to the settings; on a phone it is in the agent's own menu. */
export function ToSettings({ here }: { here: boolean }): JSX.Element {
  return (
    <button
      type="button"
      class="place to-settings"
      aria-current={here ? "page" : undefined}
      onClick={() => void go({ view: "settings", reference: null, page: "people" })}
    >
      <span class="mark">
        <Icon name="gear" />
      </span>
      <span>{t("nav.settings")}</span>
    </button>
  );
}
