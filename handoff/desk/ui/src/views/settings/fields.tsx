import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";
import { at, listed, nameOf, wrongAt, type Path } from "../../logic/settings/draft";
import { named, t } from "../../logic/words";
import { useCell } from "../../parts/hooks";
import { draft, inForce, set, wrong } from "./editing";

/** What a place holds: the server's message for it is in English, ours by this kind. */
export type Kind = "text" | "number" | "strength" | "duration" | "hours" | "email" | "phone" | "webhook" | "site" | "zone" | "country";

interface Props {
  path: Path;
  label: string;
  kind?: Kind;
  hint?: string | undefined;
}

export function useValue(path: Path): unknown {
  return at(useCell(draft), path);
}

export function useMay(): boolean {
  return useCell(inForce)?.may_edit ?? false;
}

/** What is wrong at a place, in the reader's language. */
export function Wrongs({ place, kind = "text", id }: { place: string; kind?: Kind; id: string }): JSX.Element | null {
  const found = wrongAt(useCell(wrong), place);
  if (found.length === 0) return null;
  return (
    <ul class="set-wrong" id={id}>
      {found.map((each) => (
        <li key={each.code + each.message}>{each.code === "invalid" ? named("set.wrong", kind) : named("set.wrong", each.code)}</li>
      ))}
    </ul>
  );
}

const idOf = (path: Path): string => `set-${nameOf(path).replace(/[^\w]+/g, "-")}`;

interface RowProps extends Props {
  children: (shared: { id: string; disabled: boolean; "aria-invalid": boolean; "aria-describedby": string | undefined }) => ComponentChildren;
}

/** A label, its field, a hint, and what is wrong with it. */
function Row({ path, label, kind = "text", hint, children }: RowProps): JSX.Element {
  const id = idOf(path);
  const bad = wrongAt(useCell(wrong), nameOf(path)).length > 0;
  const told = [hint && `${id}-hint`, bad && `${id}-wrong`].filter(Boolean).join(" ") || undefined;
  return (
    <div class="set-field">
      <label for={id}>{label}</label>
      {children({ id, disabled: !useMay(), "aria-invalid": bad, "aria-describedby": told })}
      {hint && (
        <p class="quiet" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      <Wrongs place={nameOf(path)} kind={kind} id={`${id}-wrong`} />
    </div>
  );
}

export function TextField({ path, label, kind = "text", hint, list }: Props & { list?: string }): JSX.Element {
  const value = useValue(path);
  return (
    <Row path={path} label={label} kind={kind} hint={hint}>
      {(shared) => (
        <input
          {...shared}
          list={list}
          autocomplete="off"
          value={value === null || value === undefined ? "" : String(value)}
          onInput={(event) => set(path, event.currentTarget.value.trim() === "" && kind !== "text" ? null : event.currentTarget.value)}
        />
      )}
    </Row>
  );
}

export function NumberField({ path, label, kind = "number", hint, ...bounds }: Props & { min?: number; max?: number; step?: number }): JSX.Element {
  const value = useValue(path);
  const take = (text: string): void => set(path, text === "" ? null : Number(text));
  return (
    <Row path={path} label={label} kind={kind} hint={hint}>
      {(shared) => (
        <input
          {...shared}
          {...bounds}
          type="number"
          inputMode="decimal"
          value={value === null || value === undefined ? "" : String(value)}
          onInput={(event) => take(event.currentTarget.value)}
        />
      )}
    </Row>
  );
}

interface ChoiceProps extends Props {
  options: readonly (readonly [string, string])[];
}

export function ChoiceField({ path, label, hint, options }: ChoiceProps): JSX.Element {
  const value = useValue(path);
  return (
    <Row path={path} label={label} hint={hint}>
      {(shared) => (
        <select {...shared} value={value === null || value === undefined ? "" : String(value)} onChange={(event) => set(path, event.currentTarget.value || null)}>
          {options.map(([each, word]) => (
            <option key={each} value={each}>
              {word}
            </option>
          ))}
        </select>
      )}
    </Row>
  );
}

export function CheckField({ path, label, hint }: Props): JSX.Element {
  const value = useValue(path) === true;
  const id = idOf(path);
  return (
    <div class="set-field">
      <label class="set-check">
        <input type="checkbox" id={id} checked={value} disabled={!useMay()} onChange={(event) => set(path, event.currentTarget.checked)} />
        <span>{label}</span>
      </label>
      {hint && <p class="quiet">{hint}</p>}
    </div>
  );
}

/** Several values in one field, a comma or a line between them; what is typed stays as it is typed. */
export function ListField({ path, label, kind = "text", hint, rows = 1 }: Props & { rows?: number }): JSX.Element {
  const stored = (useValue(path) as string[] | null | undefined) ?? [];
  const between = rows > 1 ? "\n" : ", ";
  const [typed, setTyped] = useState(stored.join(between));
  const shown = listed(typed).join() === stored.join() ? typed : stored.join(between);
  const take = (text: string): void => {
    setTyped(text);
    set(path, listed(text));
  };
  return (
    <Row path={path} label={label} kind={kind} hint={hint}>
      {(shared) =>
        rows > 1 ? (
          <textarea {...shared} rows={rows} value={shown} onInput={(event) => take(event.currentTarget.value)} />
        ) : (
          <input {...shared} autocomplete="off" value={shown} onInput={(event) => take(event.currentTarget.value)} />
        )
      }
    </Row>
  );
}

interface SetProps extends Props {
  options: readonly (readonly [string, string])[];
}

/** Any of some values, in the order in which they were chosen. */
export function SetField({ path, label, hint, options }: SetProps): JSX.Element {
  const stored = (useValue(path) as string[] | null | undefined) ?? [];
  const may = useMay();
  const toggle = (each: string, on: boolean): void => set(path, on ? [...stored, each] : stored.filter((one) => one !== each));
  return (
    <fieldset class="set-field set-options">
      <legend>{label}</legend>
      {options.map(([each, word]) => (
        <label class="set-check" key={each}>
          <input type="checkbox" disabled={!may} checked={stored.includes(each)} onChange={(event) => toggle(each, event.currentTarget.checked)} />
          <span>{word}</span>
        </label>
      ))}
      {hint && <p class="quiet">{hint}</p>}
      <Wrongs place={nameOf(path)} id={`${idOf(path)}-wrong`} />
    </fieldset>
  );
}

export function Section({ title, hint, children }: { title: string; hint?: string; children: ComponentChildren }): JSX.Element {
  return (
    <section class="set-card" aria-label={title}>
      <h2>{title}</h2>
      {hint && <p class="quiet">{hint}</p>}
      {children}
    </section>
  );
}

export const languages = (): readonly (readonly [string, string])[] => [
  ["es", t("set.lang.es")],
  ["en", t("set.lang.en")],
];
