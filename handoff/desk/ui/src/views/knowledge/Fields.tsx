import type { JSX } from "preact";
import type { Form, Told } from "../../logic/knowledge/form";
import { named, t, type Word } from "../../logic/words";
import { mended } from "../../logic/knowledge/mends";
import type { Spoken } from "../../types-knowledge";

export interface Writing {
  form: Form;
  set: (place: string, text: string) => void;
  /** What the server refused, by field. */
  errors: ReadonlyMap<string, readonly Told[]>;
  /** What keeps it from a review, by field. */
  mends: ReadonlyMap<string, readonly Told[]>;
}

interface Props {
  writing: Writing;
  place: string;
  label: string;
  hint?: string;
  language?: Spoken;
  rows?: number;
  type?: "text" | "date";
  list?: string;
  disabled?: boolean;
}

/** "Title" of `title.en`, "Answer on the web" of `answers.es.web`. */
export function labelOf(place: string): string {
  return t(`field.${place.replace(/\.(en|es|\*)(?=\.|$)/, "")}` as Word);
}

/** The same with its language, as one says it where both are in sight. */
/** One place of the form with what is wrong with it beside it. `rows`: a text of several lines. */
export function Field({ writing, place, label, hint, language, rows, type = "text", list, disabled = false }: Props): JSX.Element {
  const id = `field-${place.replaceAll(".", "-")}`;
  const told = writing.errors.get(place) ?? [];
  const mends = told.length > 0 ? [] : (writing.mends.get(place) ?? []);
  const shared = {
    id,
    value: writing.form[place] ?? "",
    disabled,
    lang: language,
    dir: "auto" as const,
    "aria-invalid": told.length > 0,
    "aria-describedby": [hint && `${id}-hint`, told.length + mends.length > 0 && `${id}-told`].filter(Boolean).join(" ") || undefined,
    onInput: (event: { currentTarget: { value: string } }) => writing.set(place, event.currentTarget.value),
  };
  return (
    <div class="field">
      <label for={id}>
        {label}
        {language && <span class="quiet">, {named("language", language)}</span>}
      </label>
      {hint && (
        <p class="quiet small" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {rows ? <textarea rows={rows} {...shared} /> : <input type={type} list={list} autocomplete="off" {...shared} />}
      {told.length + mends.length > 0 && (
        <ul class={told.length > 0 ? "told refused" : "told"} id={`${id}-told`}>
          {(told.length > 0 ? told : mends).map((each) => (
            <li key={`${each.line}${each.message}`}>
              {each.line !== null && `${t("entry.line", { n: each.line })}: `}
              {mended(each.message)}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
