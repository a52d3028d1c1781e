import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { serverNow } from "../../logic/clock";
import { Cell } from "../../logic/cell";
import { dayIn, isRange, lastDays } from "../../logic/reports";
import { named } from "../../logic/words";
import { useCell } from "../../parts/hooks";
import "../../styles/reports.css";
import type { Asked, By } from "../../types-reports";
import { r } from "../../words/reports";
import { AnswersCard, GapsCard, PromisesCard, RatingsCard, ReasonsCard, ReturnsCard, SuggestionsCard, WaitsCard } from "./cards";

const PRESETS = [7, 28, 90] as const;
const BYS: readonly By[] = ["day", "language", "channel"];

/** What was chosen stays while one looks elsewhere. */
const chosen = new Cell<Asked | null>(null);
const zone = new Cell<string | undefined>(undefined);

function first(): Asked {
  return { ...lastDays(dayIn(zone.value, serverNow()), 28), by: "day", language: "", channel: "" };
}

/** What came of it for customers, first; what it took, after. Each number says how it is counted. */
export function Reports(): JSX.Element {
  const asked = useCell(chosen) ?? first();
  const where = useCell(zone);
  const learn = (time_zone: string): void => zone.set(time_zone);
  return (
    <main class="reports" id="chat" tabIndex={-1} aria-labelledby="reports-title">
      <header class="head">
        <h1 id="reports-title">{r("title")}</h1>
      </header>
      <Filters asked={asked} />
      <p class="quiet small hint">{where && r("hint", { zone: where })}</p>
      <div class="report-cards">
        <AnswersCard asked={asked} onZone={learn} />
        <RatingsCard asked={asked} />
        <ReturnsCard asked={asked} />
        <PromisesCard asked={asked} />
        <WaitsCard asked={asked} />
        <ReasonsCard asked={asked} />
        <SuggestionsCard asked={asked} />
        <GapsCard asked={asked} />
      </div>
    </main>
  );
}

function Filters({ asked }: { asked: Asked }): JSX.Element {
  const [range, setRange] = useState({ from: asked.from, until: asked.until });
  const take = (change: Partial<Asked>): void => chosen.set({ ...asked, ...change });
  const pick = (change: { from?: string; until?: string }): void => {
    const next = { ...range, ...change };
    setRange(next);
    if (isRange(next)) take(next);
  };
  const value = (event: Event): string => (event.currentTarget as HTMLInputElement | HTMLSelectElement).value;
  return (
    <form class="report-filters" onSubmit={(event) => event.preventDefault()}>
      <div class="presets">
        {PRESETS.map((days) => {
          const preset = lastDays(dayIn(zone.value, serverNow()), days);
          const here = preset.from === asked.from && preset.until === asked.until;
          return (
            <button key={days} type="button" aria-pressed={here} onClick={() => pick(preset)}>
              {r("last", { n: days })}
            </button>
          );
        })}
      </div>
      <label>
        {r("from")}
        <input type="date" required value={range.from} max={range.until} aria-invalid={!isRange(range)} onChange={(event) => pick({ from: value(event) })} />
      </label>
      <label>
        {r("until")}
        <input type="date" required value={range.until} min={range.from} aria-invalid={!isRange(range)} onChange={(event) => pick({ until: value(event) })} />
      </label>
      <label>
        {r("by")}
        <select value={asked.by} onChange={(event) => take({ by: value(event) as By })}>
          {BYS.map((by) => (
            <option key={by} value={by}>
              {r(`by.${by}`)}
            </option>
          ))}
        </select>
      </label>
      <Which word="language" prefix="language" codes={["en", "es"]} value={asked.language} onChange={(language) => take({ language })} />
      <Which word="channel" prefix="channel" codes={["web", "sms"]} value={asked.channel} onChange={(channel) => take({ channel })} />
    </form>
  );
}

interface WhichProps {
  word: "language" | "channel";
  prefix: string;
  codes: readonly string[];
  value: string;
  onChange: (value: string) => void;
}

function Which({ word, prefix, codes, value, onChange }: WhichProps): JSX.Element {
  return (
    <label>
      {r(word)}
      <select value={value} onChange={(event) => onChange((event.currentTarget as HTMLSelectElement).value)}>
        <option value="">{r("all")}</option>
        {codes.map((code) => (
          <option key={code} value={code}>
            {named(prefix, code)}
          </option>
        ))}
      </select>
    </label>
  );
}
