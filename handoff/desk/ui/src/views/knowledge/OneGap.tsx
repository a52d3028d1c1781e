import type { JSX } from "preact";
import { dayAndHour, serverNow } from "../../logic/clock";
import { nameOf } from "../../logic/knowledge/standing";
import { hashOf } from "../../logic/routes";
import { language, named, reasonOf, t } from "../../logic/words";
import { instantOf } from "../../parts/days";
import type { Gap } from "../../types-knowledge";
import { en } from "../../words/en";
import { addressOf } from "./Knowledge";

interface Props {
  gap: Gap;
  /** Of the list in which it is seen. */
  days: number;
  put: (gap: Gap, aside: boolean) => void;
}

/** One group of questions: how often, how near we were, the way to an answer, and the way out of sight. */
export function OneGap({ gap, days, put }: Props): JSX.Element {
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
          {gap.dismissed && (
            <p class="fine">{t("gaps.aside_by", { who: nameOf(gap.dismissed.by), time: instantOf(gap.dismissed.at) })}</p>
          )}
          {gap.nearest && (
            <p class="fine">
              {t("gaps.near")} <a href={addressOf(`entry/${gap.nearest.id}`)}>{gap.nearest.title}</a>
            </p>
          )}
        </div>
        <span class="gap-acts">
          <button
            type="button"
            aria-label={t(gap.dismissed ? "gaps.back_for" : "gaps.aside_for", { question: gap.question })}
            onClick={() => put(gap, !gap.dismissed)}
          >
            {t(gap.dismissed ? "gaps.back" : "gaps.aside")}
          </button>
          <a class="act primary" href={addressOf(`new/${gap.id}.${days}`)} aria-label={t("gaps.write_for", { question: gap.question })}>
            {t("gaps.write")}
          </a>
        </span>
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
