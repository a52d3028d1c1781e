import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { settingsApi } from "../../api-settings";
import { said } from "../../logic/errors";
import { hashOf } from "../../logic/routes";
import { named, t } from "../../logic/words";
import { instantOf } from "../../parts/days";
import { useCell } from "../../parts/hooks";
import type { Data, Happening, Rehearsal } from "../../types-settings";
import { draft, refused } from "./editing";
import { Section } from "./fields";

/** What these levels would have done last week, beside what those in force do. */
export function DryRun(): JSX.Element {
  const data = useCell(draft);
  const [found, setFound] = useState<{ of: Data; seen: Rehearsal } | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const run = async (): Promise<void> => {
    setBusy(true);
    setTrouble(null);
    try {
      setFound({ of: data, seen: await settingsApi.previewLevels(data) });
    } catch (error) {
      setTrouble(refused(error) ? t("set.preview_wrong") : said(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Section title={t("set.dry")} hint={t("set.dry_hint")}>
      <button type="button" disabled={busy} onClick={() => void run()}>
        {t(busy ? "set.dry_busy" : "set.dry_run")}
      </button>
      <div role="status">
        {trouble && <p class="set-wrong">{trouble}</p>}
        {found && found.of !== data && <p class="quiet">{t("set.dry_old")}</p>}
        {found && <Result seen={found.seen} />}
      </div>
    </Section>
  );
}

function Result({ seen }: { seen: Rehearsal }): JSX.Element {
  if (seen.cases === 0) return <p>{t("set.dry_none")}</p>;
  const kinds = Object.keys(seen.now).filter((kind) => (seen.now[kind] ?? 0) + (seen.then[kind] ?? 0) > 0);
  return (
    <>
      <p>
        {t(seen.differ === 0 ? "set.dry_same" : "set.dry_differ", { n: seen.differ, all: seen.cases })} {seen.capped && t("set.dry_capped")}
      </p>
      {kinds.length > 0 && (
        <table class="set-table">
          <thead>
            <tr>
              <th scope="col">{t("set.dry_what")}</th>
              <th scope="col">{t("set.dry_now")}</th>
              <th scope="col">{t("set.dry_then")}</th>
            </tr>
          </thead>
          <tbody>
            {kinds.map((kind) => (
              <tr key={kind} class={seen.now[kind] === seen.then[kind] ? "" : "differs"}>
                <th scope="row">{named("set.happened", kind)}</th>
                <td>{seen.now[kind]}</td>
                <td>{seen.then[kind]}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {seen.shown.map((each) => (
        <details key={each.reference} class="set-case">
          <summary>
            {each.reference} · {instantOf(each.opened_at)} · {named("set.urgency", each.urgency)}
          </summary>
          <div class="set-two">
            <Steps title={t("set.dry_now")} steps={each.now} />
            <Steps title={t("set.dry_then")} steps={each.then} />
          </div>
          <a href={hashOf({ view: "queue", reference: each.reference })}>{t("set.dry_open")}</a>
        </details>
      ))}
    </>
  );
}

function Steps({ title, steps }: { title: string; steps: readonly Happening[] }): JSX.Element {
  return (
    <div>
      <h3>{title}</h3>
      {steps.length === 0 ? (
        <p class="quiet">{t("set.dry_nothing")}</p>
      ) : (
        <ol>
          {steps.map((step) => (
            <li key={step.at + step.kind}>
              <time dateTime={step.at}>{instantOf(step.at)}</time> {named("set.happened", step.kind)}
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}
