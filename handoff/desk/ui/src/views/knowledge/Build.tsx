import type { JSX } from "preact";
import { failureOf, foundWords, isUnderWay, stepsIn } from "../../logic/knowledge/release";
import { mendWords, placeWords } from "../../logic/knowledge/mends";
import { nameOf } from "../../logic/knowledge/standing";
import { t } from "../../logic/words";
import { instantOf } from "../../parts/days";
import type { Build as Making, Finding, Report } from "../../types-knowledge";
import { addressOf } from "./Knowledge";

/** How a release is being made, or how the newest one was: steps, findings, test questions. */
export function Build({ build, cancel }: { build: Making; cancel: (() => void) | null }): JSX.Element {
  const under = isUnderWay(build);
  const title = build.kind === "switch" ? t("build.title.switch", { n: build.number ?? 0 }) : t(under ? "build.title" : "build.title.ended");
  return (
    <section class="panel build" aria-labelledby="build-title" aria-busy={under}>
      <h2 id="build-title">{title}</h2>
      <p class={`state-line ${build.state}`} role="status">
        {t(`build.state.${build.state}`, { time: build.ended_at ? instantOf(build.ended_at) : "" })}
      </p>
      {build.waits && (
        <p class="trouble" role="alert">
          {t(`build.waits.${build.waits}`)}
        </p>
      )}
      {build.error && (
        <p class="trouble" role="alert">
          {failureOf(build.error)}
        </p>
      )}
      <ol class="steps" aria-label={t("build.steps")}>
        {stepsIn(build).map(({ step, mark }) => (
          <li key={step} class={mark} aria-current={mark === "now" ? "step" : undefined}>
            <span>{t(`build.step.${step}`)}</span> <small>{t(`build.mark.${mark}`)}</small>
          </li>
        ))}
      </ol>
      <p class="quiet small">{t("build.asked_by", { who: nameOf(build.asked_by), time: instantOf(build.asked_at) })}</p>
      {under && cancel && (
        <div class="with-hint">
          <button type="button" onClick={cancel}>
            {t("build.cancel")}
          </button>
          <p class="quiet small">{t("build.cancel_hint")}</p>
        </div>
      )}
      <Findings all={build.findings} failed={build.state === "failed"} />
      {build.report && <Questions report={build.report} />}
    </section>
  );
}

function Findings({ all, failed }: { all: readonly Finding[]; failed: boolean }): JSX.Element | null {
  if (all.length === 0) return null;
  return (
    <details open={failed && all.some((each) => each.level === "error")}>
      <summary>
        {t("findings.title")} ({all.length})
      </summary>
      <ul class="changes">
        {all.map((each, at) => (
          <li key={at}>
            <span class={each.level === "error" ? "badge safety" : "badge"}>{t(`findings.${each.level}`)}</span>
            <a href={addressOf(`entry/${each.item}`)}>{each.item}</a>
            <span>
              {placeWords(each.place)}: {mendWords(each.parts, each.message)}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}

function Questions({ report }: { report: Report }): JSX.Element {
  const { questions: n, right, asked, refused, wrong } = report;
  return (
    <>
      <h3>{t("report.title")}</h3>
      <p>{t("report.said", { n, right, asked, refused, wrong })}</p>
      <Pairs
        title={t("report.wrong")}
        words={[t("report.expected"), t("report.found")]}
        all={report.wrong_ones.map((each) => [each.question, each.language, each.expected ?? "refuse", each.found])}
      />
      <Pairs
        title={t("report.changed")}
        words={[t("report.before"), t("report.after")]}
        all={report.changed.map((each) => [each.question, each.language, each.before, each.after])}
      />
    </>
  );
}

interface PairsProps {
  title: string;
  words: readonly [string, string];
  all: readonly (readonly [string, string, string | null, string | null])[];
}

function Pairs({ title, words, all }: PairsProps): JSX.Element | null {
  if (all.length === 0) return null;
  return (
    <details>
      <summary>
        {title} ({all.length})
      </summary>
      <ul class="asked-so">
        {all.map(([question, language, one, other], at) => (
          <li key={at}>
            <q lang={language}>{question}</q>
            <span class="fine">
              {words[0]}: {foundWords(one)} · {words[1]}: {foundWords(other)}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}
