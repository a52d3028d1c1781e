import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { knowledge } from "../../api-knowledge";
import { dayAndHour, serverNow } from "../../logic/clock";
import { LANGUAGES } from "../../logic/knowledge/form";
import { hashOf } from "../../logic/routes";
import { language, named, reasonOf, t } from "../../logic/words";
import { Icon } from "../../parts/icons";
import { useRead } from "../../parts/reading";
import { en } from "../../words/en";
import type { Gap } from "../../types-knowledge";
import { addressOf, Waiting } from "./Knowledge";

const DAYS = [7, 30, 90] as const;

/** What customers asked in vain, grouped by likeness; from each group a way to an answer. */
export function Gaps(): JSX.Element {
  const [days, setDays] = useState(30);
  const [spoken, setSpoken] = useState("");
  const { found, trouble } = useRead(() => knowledge.gaps(days, spoken), [days, spoken]);
  return (
    <>
      <p>{t("gaps.hint")}</p>
      <form class="filters" onSubmit={(event) => event.preventDefault()}>
        <label>
          {t("gaps.days")}{" "}
          <select value={String(days)} onChange={(event) => setDays(Number(event.currentTarget.value))}>
            {DAYS.map((each) => (
              <option key={each} value={String(each)}>
                {t("gaps.days_n", { n: each })}
              </option>
            ))}
          </select>
        </label>
        <label>
          {t("gaps.language")}{" "}
          <select value={spoken} onChange={(event) => setSpoken(event.currentTarget.value)}>
            <option value="">{t("gaps.any_language")}</option>
            {LANGUAGES.map((each) => (
              <option key={each} value={each}>
                {named("language", each)}
              </option>
            ))}
          </select>
        </label>
      </form>
      {found ? <Found gaps={found.gaps} total={found.total} questions={found.questions} /> : <Waiting trouble={trouble} />}
    </>
  );
}

function Found({ gaps, total, questions }: { gaps: readonly Gap[]; total: number; questions: number }): JSX.Element {
  if (gaps.length === 0) {
    return (
      <div class="empty" role="status">
        <Icon name="calm" />
        <p>
          <strong>{t("gaps.none")}</strong>
        </p>
        <p>{t("gaps.none_hint")}</p>
      </div>
    );
  }
  return (
    <>
      <p class="quiet count-line" role="status">
        {t("gaps.count", { groups: total, n: questions })}
      </p>
      <ul class="gaps">
        {gaps.map((gap) => (
          <li key={gap.id} class="panel">
            <OneGap gap={gap} />
          </li>
        ))}
      </ul>
    </>
  );
}

function OneGap({ gap }: { gap: Gap }): JSX.Element {
  const facts = [
    gap.count === 1 ? t("gaps.once") : t("gaps.times", { n: gap.count }),
    gap.refused > 0 && t("gaps.refused", { n: gap.refused }),
    gap.escalated > 0 && t("gaps.escalated", { n: gap.escalated }),
    t("gaps.last", { time: when(gap.last_at) }),
    gap.language,
  ].filter(Boolean);
  return (
    <>
      <div class="gap-head">
        <span class="times" aria-hidden="true">
          {gap.count}
        </span>
        <div>
          <h2 lang={gap.language} dir="auto">
            “{gap.question}”
          </h2>
          <p class="fine">{facts.join(" · ")}</p>
          {gap.nearest && (
            <p class="fine">
              {t("gaps.near")} <a href={addressOf(`entry/${gap.nearest.id}`)}>{gap.nearest.title}</a>
            </p>
          )}
        </div>
        <a class="act primary" href={addressOf(`new/${gap.id}`)} aria-label={t("gaps.write_for", { question: gap.question })}>
          {t("gaps.write")}
        </a>
      </div>
      <details>
        <summary>{t("gaps.show")}</summary>
        <ul class="asked-so">
          {gap.questions.map((each) => (
            <li key={`${each.at}${each.text}`}>
              <q lang={each.language}>{each.text}</q>
              <span class="fine">
                {outcomeOf(each.outcome)} · {when(each.at)}
                {each.reference && (
                  <>
                    {" · "}
                    <a
                      class="code"
                      href={hashOf({ view: "queue", reference: each.reference })}
                      aria-label={t("gaps.open", { reference: each.reference })}
                    >
                      {each.reference}
                    </a>
                  </>
                )}
              </span>
            </li>
          ))}
        </ul>
      </details>
    </>
  );
}

function outcomeOf(code: string): string {
  return `outcome.${code}` in en ? named("outcome", code) : reasonOf(code);
}

function when(at: string): string {
  return dayAndHour(Date.parse(at), serverNow(), language.value);
}
