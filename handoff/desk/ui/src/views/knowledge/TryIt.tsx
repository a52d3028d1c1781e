import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { knowledge } from "../../api-knowledge";
import { said } from "../../logic/errors";
import { LANGUAGES } from "../../logic/knowledge/form";
import { decisionWords, ofHundred } from "../../logic/knowledge/release";
import { language, named, t } from "../../logic/words";
import type { Spoken, Tried } from "../../types-knowledge";
import { addressOf, Trouble } from "./Knowledge";
import { WebShown } from "./Shown";

/** A question, as a customer would ask it; then what they would get, and why. */
export function TryIt(): JSX.Element {
  const [tried, setTried] = useState<{ answer: Tried; channel: string } | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const ask = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const [text, spoken, channel] = ["text", "language", "channel"].map((name) => String(form.get(name) ?? "").trim()) as [string, string, string];
    if (!text || busy) return;
    setBusy(true);
    setTrouble(null);
    try {
      setTried({ answer: await knowledge.ask(text, spoken, channel), channel });
    } catch (error) {
      setTrouble(said(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <p>{t("try.hint")}</p>
      <form class="filters asking" onSubmit={(event) => void ask(event)}>
        <label class="grow">
          {t("try.question")}
          <input name="text" maxLength={1000} required autocomplete="off" placeholder={t("try.placeholder")} dir="auto" />
        </label>
        <label>
          {t("try.language")}
          <select name="language" defaultValue={language.value}>
            {LANGUAGES.map((each) => (
              <option key={each} value={each} selected={each === language.value}>
                {named("language", each)}
              </option>
            ))}
          </select>
        </label>
        <label>
          {t("try.channel")}
          <select name="channel">
            {["web", "sms"].map((each) => (
              <option key={each} value={each}>
                {named("channel", each)}
              </option>
            ))}
          </select>
        </label>
        <button class="primary" disabled={busy}>
          {t(busy ? "try.asking" : "try.ask")}
        </button>
      </form>
      {trouble && <Trouble>{trouble}</Trouble>}
      <div aria-live="polite">{tried ? <Result {...tried} /> : <p class="quiet">{t("try.first")}</p>}</div>
    </>
  );
}

function Result({ answer, channel }: { answer: Tried; channel: string }): JSX.Element {
  const spoken = answer.language as Spoken;
  return (
    <div class="trial">
      <section class="panel" aria-labelledby="decision-title">
        <h2 id="decision-title">{t("try.decision")}</h2>
        <p class="big">{decisionWords(answer)}</p>
        <p>{named("why", answer.why)}</p>
        {answer.score !== null && <Score score={answer.score} threshold={answer.threshold} />}
        {answer.release !== null && <p class="fine">{t("try.from", { n: answer.release })}</p>}
        {(answer.answer !== null || answer.choices.length > 0) && (
          <>
            <h3>{t("try.shown")}</h3>
            {answer.answer !== null &&
              (channel === "sms" ? (
                <figure class="shown">
                  <p class="bubble sms" lang={spoken}>
                    {answer.answer}
                  </p>
                </figure>
              ) : (
                <WebShown text={answer.answer} language={spoken} />
              ))}
            {answer.choices.length > 0 && (
              <ul class="chips">
                {answer.choices.map((choice) => (
                  <li key={choice} lang={spoken}>
                    {choice}
                  </li>
                ))}
              </ul>
            )}
          </>
        )}
      </section>
      <section class="panel" aria-labelledby="candidates-title">
        <h2 id="candidates-title">{t("try.candidates")}</h2>
        {answer.candidates.length === 0 && <p class="quiet">{t("try.none")}</p>}
        <ol class="ranked">
          {answer.candidates.map((each) => (
            <li key={each.id}>
              {each.title === each.id ? <span>{each.title}</span> : <a href={addressOf(`entry/${each.id}`)}>{each.title}</a>}
              <span class="fine">{ofHundred(each.score)}</span>
              <Bar share={each.score} threshold={null} />
            </li>
          ))}
        </ol>
        <h2>{t("try.nearest")}</h2>
        {answer.nearest.length === 0 && <p class="quiet">{t("try.none")}</p>}
        <ul class="asked-so">
          {answer.nearest.map((each) => (
            <li key={`${each.id}${each.text}`}>
              <q lang={spoken}>{each.text}</q>
              <span class="fine">
                <a href={addressOf(`entry/${each.id}`)}>{each.title}</a> · {t("try.alike", { n: ofHundred(each.similarity) })}
              </span>
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}

function Score({ score, threshold }: { score: number; threshold: number | null }): JSX.Element {
  const values = { score: ofHundred(score), threshold: ofHundred(threshold ?? 0) };
  return (
    <>
      <p>{t(threshold === null ? "try.score_only" : "try.score", values)}</p>
      <Bar share={score} threshold={threshold} />
    </>
  );
}

/** A bar of 100 with a mark at the threshold; what it shows stands beside it in words. */
function Bar({ share, threshold }: { share: number; threshold: number | null }): JSX.Element {
  const enough = threshold === null || share >= threshold;
  return (
    <svg class={enough ? "score enough" : "score"} viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
      <rect class="of" width="100" height="6" />
      <rect class="is" width={ofHundred(share)} height="6" />
      {threshold !== null && <rect class="mark" x={Math.max(0, ofHundred(threshold) - 0.4)} width="0.8" height="6" />}
    </svg>
  );
}
