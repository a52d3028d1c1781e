import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { knowledge } from "../../api-knowledge";
import { Cell } from "../../logic/cell";
import { said } from "../../logic/errors";
import { LANGUAGES } from "../../logic/knowledge/form";
import { named, t } from "../../logic/words";
import { useCell } from "../../parts/hooks";
import { Icon } from "../../parts/icons";
import { useRead } from "../../parts/reading";
import type { Gap, Gaps as All } from "../../types-knowledge";
import { Trouble, Waiting } from "./Knowledge";
import { OneGap } from "./OneGap";

const DAYS = [7, 30, 90] as const;
/** What is looked at stays while one goes into a draft and back. */
const wanted = new Cell({ days: 30, spoken: "", aside: false });

/** What customers asked in vain, grouped by likeness; from each group a way to an answer, or out of sight. */
export function Gaps(): JSX.Element {
  const { days, spoken, aside } = useCell(wanted);
  const { found, trouble, again } = useRead(() => knowledge.gaps(days, spoken, aside), [days, spoken, aside]);
  const [wrong, setWrong] = useState<string | null>(null);
  const [gone, setGone] = useState<Gap | null>(null);
  const put = async (gap: Gap, away: boolean): Promise<void> => {
    setWrong(null);
    try {
      await knowledge.putGap(gap.id, days, away);
      setGone(away ? gap : null);
    } catch (error) {
      setWrong(said(error));
    }
    again();
  };
  return (
    <>
      <p>{t("gaps.hint")}</p>
      <Filters />
      {wrong && <Trouble>{wrong}</Trouble>}
      {gone && !aside && (
        <p class="with-hint" role="status">
          <span>{t("gaps.done", { question: gone.question })}</span>
          <button type="button" onClick={() => void put(gone, false)}>
            {t("gaps.undo")}
          </button>
        </p>
      )}
      {found ? <Found all={found} days={days} put={(gap, away) => void put(gap, away)} /> : <Waiting trouble={trouble} />}
      {found && (aside || found.aside > 0) && (
        <button type="button" class="at-start" onClick={() => wanted.update((before) => ({ ...before, aside: !aside }))}>
          {aside ? t("gaps.show_open") : t("gaps.show_aside", { n: found.aside })}
        </button>
      )}
    </>
  );
}

function Filters(): JSX.Element {
  const now = useCell(wanted);
  return (
    <form class="filters" onSubmit={(event) => event.preventDefault()}>
      <label>
        {t("gaps.days")}{" "}
        <select value={String(now.days)} onChange={(event) => wanted.set({ ...now, days: Number(event.currentTarget.value) })}>
          {DAYS.map((each) => (
            <option key={each} value={String(each)}>
              {t("gaps.days_n", { n: each })}
            </option>
          ))}
        </select>
      </label>
      <label>
        {t("gaps.language")}{" "}
        <select value={now.spoken} onChange={(event) => wanted.set({ ...now, spoken: event.currentTarget.value })}>
          <option value="">{t("gaps.any_language")}</option>
          {LANGUAGES.map((each) => (
            <option key={each} value={each}>
              {named("language", each)}
            </option>
          ))}
        </select>
      </label>
    </form>
  );
}

interface FoundProps {
  all: All;
  days: number;
  put: (gap: Gap, aside: boolean) => void;
}

function Found({ all, days, put }: FoundProps): JSX.Element {
  const { aside } = useCell(wanted);
  if (all.gaps.length === 0) {
    return (
      <div class="empty" role="status">
        <Icon name="calm" />
        <p>
          <strong>{t(aside ? "gaps.none_aside" : "gaps.none")}</strong>
        </p>
        {!aside && <p>{t("gaps.none_hint")}</p>}
      </div>
    );
  }
  return (
    <>
      <p class="quiet count-line" role="status">
        {t("gaps.count", { groups: all.total, n: all.questions })}
      </p>
      <ul class="gaps">
        {all.gaps.map((gap) => (
          <li key={gap.id} class="panel">
            <OneGap gap={gap} days={days} put={put} />
          </li>
        ))}
      </ul>
    </>
  );
}
