import type { JSX } from "preact";
import { labelOf, valueOf } from "../../logic/settings/labels";
import { t } from "../../logic/words";
import type { Difference } from "../../types-settings";

/** What differs: before and after, each with its word. */
export function Changes({ of }: { of: readonly Difference[] }): JSX.Element {
  if (of.length === 0) return <p class="quiet">{t("set.no_changes")}</p>;
  return (
    <ul class="set-changes">
      {of.map((each) => (
        <li key={each.path}>
          <span>{labelOf(each.path)}</span>
          <span>
            <del>
              <span class="hidden">{t("set.before")}: </span>
              {valueOf(each.before)}
            </del>{" "}
            <ins>
              <span class="hidden">{t("set.after")}: </span>
              {valueOf(each.after)}
            </ins>
          </span>
        </li>
      ))}
    </ul>
  );
}
