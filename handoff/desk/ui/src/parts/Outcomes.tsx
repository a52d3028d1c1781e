import type { JSX } from "preact";
import { t, type Word } from "../logic/words";

type Outcome<Name> = Name extends `resolve.${infer Rest}` ? Rest : never;

/** How a case ended: one radio button for each of `outcomes`, the first of them chosen. */
export function Outcomes({ outcomes }: { outcomes: readonly Outcome<Word>[] }): JSX.Element {
  return (
    <fieldset class="outcomes">
      <legend class="hidden">{t("resolve.title")}</legend>
      {outcomes.map((outcome, index) => (
        <label class="choice" key={outcome}>
          <input type="radio" name="outcome" value={outcome} required defaultChecked={index === 0} />
          <span>{t(`resolve.${outcome}`)}</span>
        </label>
      ))}
    </fieldset>
  );
}
