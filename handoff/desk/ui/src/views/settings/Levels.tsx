import type { JSX } from "preact";
import { t } from "../../logic/words";
import { Icon } from "../../parts/icons";
import { DryRun } from "./DryRun";
import { set } from "./editing";
import { NumberField, Section, TextField, useMay, useValue, Wrongs } from "./fields";

const URGENCIES = ["normal", "high", "safety"] as const;
const DURATIONS = ["answer_by", "accept_by", "reply_by", "idle_by", "collect_by", "call_by", "remind_before"] as const;
const RUNGS = ["agents", "on_call", "supervisor"] as const;
type Urgency = (typeof URGENCIES)[number];

export function Levels(): JSX.Element {
  return (
    <>
      <Meanings />
      <div class="set-levels">
        {URGENCIES.map((urgency) => (
          <Section key={urgency} title={t(`set.urgency.${urgency}`)} hint={t(`set.urgency_hint.${urgency}`)}>
            {DURATIONS.map((each) => (
              <TextField
                key={each}
                path={["levels", urgency, each]}
                label={t(`set.levels.${each}`)}
                kind="duration"
              />
            ))}
            <NumberField path={["levels", urgency, "max_attempts"]} label={t("set.levels.max_attempts")} min={1} max={20} />
            <Ladder urgency={urgency} />
          </Section>
        ))}
      </div>
      <Section title={t("set.callback")}>
        <TextField path={["callback", "within"]} label={t("set.callback.within")} kind="duration" hint={t("set.callback.within_hint")} />
      </Section>
      <DryRun />
    </>
  );
}

/** What each time means, once for all three urgencies. */
function Meanings(): JSX.Element {
  return (
    <details class="set-card">
      <summary>{t("set.levels_meaning")}</summary>
      <dl class="set-meanings">
        {DURATIONS.map((each) => (
          <div key={each}>
            <dt>{t(`set.levels.${each}`)}</dt>
            <dd class="quiet">{t(`set.levels_hint.${each}`)}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

/** Who hears of it, one rung more at each missed answer-by. */
function Ladder({ urgency }: { urgency: Urgency }): JSX.Element {
  const may = useMay();
  const path = ["levels", urgency, "ladder"];
  const rungs = (useValue(path) as string[] | undefined) ?? [];
  const change = (index: number, to: string): void => set(path, rungs.map((each, other) => (other === index ? to : each)));
  return (
    <fieldset class="set-ladder">
      <legend>{t("set.levels.ladder")}</legend>
      <ol>
        {rungs.map((rung, index) => (
          <li key={index}>
            <select
              aria-label={t("set.rung", { n: index + 1 })}
              value={rung}
              disabled={!may}
              onChange={(event) => change(index, event.currentTarget.value)}
            >
              {RUNGS.map((each) => (
                <option key={each} value={each}>
                  {t(`set.rung.${each}`)}
                </option>
              ))}
            </select>
            {may && rungs.length > 1 && (
              <button type="button" class="bare" aria-label={t("set.rung_remove", { n: index + 1 })} onClick={() => set(path, rungs.filter((_, other) => other !== index))}>
                <Icon name="close" />
              </button>
            )}
          </li>
        ))}
        <li class="quiet">{t("set.rung_last")}</li>
      </ol>
      {may && rungs.length < 10 && (
        <button type="button" class="link" onClick={() => set(path, [...rungs, "supervisor"])}>
          {t("set.rung_add")}
        </button>
      )}
      <Wrongs place={path.join(".")} id={`set-ladder-${urgency}-wrong`} />
    </fieldset>
  );
}
