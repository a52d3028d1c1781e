import type { JSX } from "preact";
import { mended, placeWords } from "../../logic/knowledge/mends";
import { t } from "../../logic/words";
import { Icon } from "../../parts/icons";

type Errors = Readonly<Record<string, string>>;

/** Everything that is wrong in one list, also what belongs to no field. */
export function Mends({ errors, mends, fresh = false }: { errors: Errors; mends: Errors; fresh?: boolean }): JSX.Element {
  const refused = Object.entries(errors);
  const open = Object.entries(mends);
  return (
    <section class="panel mends" aria-live="polite">
      {refused.length > 0 && (
        <>
          <p class="told refused">{t("entry.server")}</p>
          <Places all={refused} />
        </>
      )}
      {refused.length === 0 && open.length > 0 && (
        <details open={!fresh}>
          <summary>{fresh ? t("entry.to_mend_new", { n: open.length }) : `${t("entry.to_mend")} (${open.length})`}</summary>
          <Places all={open} />
        </details>
      )}
      {refused.length + open.length === 0 && (
        <p class="fine served">
          <Icon name="check" />
          {t("entry.nothing_to_mend")}
        </p>
      )}
    </section>
  );
}

function Places({ all }: { all: readonly (readonly [string, string])[] }): JSX.Element {
  return (
    <ul class="places">
      {all.map(([place, message]) => (
        <li key={place}>
          <strong>{placeWords(place.replace(/\[\d+\].*$/, ""))}</strong> {mended(message)}
        </li>
      ))}
    </ul>
  );
}
