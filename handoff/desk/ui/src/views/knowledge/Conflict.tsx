import type { JSX } from "preact";
import { changedPlaces, mergedForms, type Form } from "../../logic/knowledge/form";
import { placeWords } from "../../logic/knowledge/mends";
import { nameOf } from "../../logic/knowledge/standing";
import type { Work } from "../../logic/knowledge/work";
import { t } from "../../logic/words";
import { instantOf } from "../../parts/days";
import { Icon } from "../../parts/icons";
import type { Item } from "../../types-knowledge";

interface Props {
  item: Item;
  theirs: Form;
  work: Work;
  onMerge: () => void;
  onTheirs: () => void;
}

/** Somebody was quicker: what they changed, and a choice that loses nothing. */
export function Conflict({ item, theirs, work, onMerge, onTheirs }: Props): JSX.Element {
  const places = changedPlaces(work.from, theirs);
  const { both } = mergedForms(work.from, work.form, theirs);
  return (
    <section class="conflict" role="alert" aria-labelledby="conflict-title">
      <h2 id="conflict-title">
        <Icon name="alert" />
        {t("conflict.title", { n: item.version })}
      </h2>
      <p class="quiet">{t("conflict.who", { author: nameOf(item.author), day: instantOf(item.created_at) })}</p>
      <p>{t("conflict.hint")}</p>
      <ul class="diff">
        {places.map((place) => (
          <Changed key={place} label={placeWords(place)} before={work.from[place] || null} after={theirs[place] || null} />
        ))}
      </ul>
      <p>{both.length > 0 ? `${t("conflict.both")} ${both.map(placeWords).join(" · ")}` : t("conflict.none")}</p>
      <div class="buttons">
        <button type="button" class="primary" onClick={onMerge}>
          {t("conflict.merge")}
        </button>
        <button type="button" onClick={onTheirs}>
          {t("conflict.theirs")}
        </button>
      </div>
    </section>
  );
}

/** After a merge: what they had written in the places that both changed. */
export function Theirs({ places, theirs }: { places: readonly string[]; theirs: Form }): JSX.Element {
  return (
    <section class="conflict merged" role="status">
      <p>{t("conflict.merged")}</p>
      {places.length > 0 && <p>{t("conflict.both")}</p>}
      <ul class="diff">
        {places.map((place) => (
          <li key={place}>
            <strong>{placeWords(place)}</strong>
            <p class="is">{theirs[place] || t("diff.nothing")}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}

interface ChangedProps {
  label: string;
  before: string | null;
  after: string | null;
}

export function Changed({ label, before, after }: ChangedProps): JSX.Element {
  return (
    <li>
      <strong>{label}</strong>
      <p class="was">
        <span class="hidden">{t("diff.was")}: </span>
        <del>{before ?? t("diff.nothing")}</del>
      </p>
      <p class="is">
        <span class="hidden">{t("diff.is")}: </span>
        <ins>{after ?? t("diff.nothing")}</ins>
      </p>
    </li>
  );
}
