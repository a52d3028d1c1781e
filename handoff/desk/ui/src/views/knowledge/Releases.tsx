import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { knowledge } from "../../api-knowledge";
import { supervises } from "../../logic/acts";
import { said } from "../../logic/errors";
import { isUnderWay } from "../../logic/knowledge/release";
import { titleOf } from "../../logic/knowledge/standing";
import { language, t } from "../../logic/words";
import { instantOf } from "../../parts/days";
import { Dialog } from "../../parts/Dialog";
import { useRead } from "../../parts/reading";
import { session } from "../../state";
import type { Build as Making, Release, Releases as All, Upcoming } from "../../types-knowledge";
import { Build } from "./Build";
import { Certainty, Past } from "./Certainty";
import { addressOf, Trouble, Waiting } from "./Knowledge";

const EVERY_SECOND = 1000;

/** What is served, what the next release would change, how one is made, and the way back. */
export function Releases(): JSX.Element {
  const { found, trouble, again } = useRead(() => knowledge.releases(), []);
  const [wrong, setWrong] = useState<string | null>(null);
  const under = isUnderWay(found?.build ?? null);
  useEffect(() => {
    if (!under) return undefined;
    const timer = setTimeout(again, EVERY_SECOND);
    return () => clearTimeout(timer);
  }, [under, found, trouble]);
  if (!found) return <Waiting trouble={trouble} />;
  const ask = async (asking: () => Promise<Making>): Promise<void> => {
    setWrong(null);
    try {
      await asking();
    } catch (error) {
      setWrong(said(error));
    }
    again();
  };
  const stop = (build: number) => () => void ask(() => knowledge.cancel(build));
  const deciding = supervises(session.value?.agent.role);
  return (
    <div class="releases">
      {(wrong ?? trouble) && <Trouble>{wrong ?? trouble}</Trouble>}
      <Now all={found} />
      <Next changes={found.changes} deciding={deciding} under={under} build={() => void ask(knowledge.build)} />
      {found.build && <Build build={found.build} cancel={deciding ? stop(found.build.id) : null} />}
      <Earlier all={found} deciding={deciding && !under} back={(number) => void ask(() => knowledge.switchTo(number))} />
    </div>
  );
}

function Now({ all }: { all: All }): JSX.Element {
  const current = all.releases.find((each) => each.current);
  return (
    <section class="panel" aria-labelledby="now-title">
      <h2 id="now-title">{t("releases.now")}</h2>
      {current ? (
        <>
          <p class="big">
            {t("releases.number", { n: current.number })}{" "}
            {all.switched_at && <span class="quiet">{t("releases.since", { time: instantOf(all.switched_at) })}</span>}
          </p>
          <p>{t("releases.holds", { entries: current.entries, notices: current.notices })}</p>
          <Certainty all={all} release={current} />
        </>
      ) : (
        <p>
          <strong>{t("releases.none")}.</strong> {t("releases.none_hint")}
        </p>
      )}
      {all.hosts.length > 1 && (
        <ul class="fine">
          {all.hosts.map(({ host, ready, release }) => (
            <li key={`${host}${release}`}>
              {t("releases.host", { host, state: t(ready ? "releases.host_ready" : "releases.host_not_ready", { n: release ?? 0 }) })}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

interface NextProps {
  changes: readonly Upcoming[];
  deciding: boolean;
  under: boolean;
  build: () => void;
}

function Next({ changes, deciding, under, build }: NextProps): JSX.Element {
  return (
    <section class="panel" aria-labelledby="next-title">
      <h2 id="next-title">
        {t("releases.next")} {changes.length > 0 && <span class="quiet">{changes.length}</span>}
      </h2>
      {changes.length === 0 && <p>{t("releases.next_none")}</p>}
      <ul class="changes">
        {changes.map((each) => (
          <li key={each.id}>
            <span class={`badge change ${each.change}`}>{t(`change.${each.change}`)}</span>
            <a href={addressOf(`entry/${each.id}`)}>{titleOf(each.title, language.value, each.id)}</a>
            <span class="fine">
              {each.before !== null && each.after !== null
                ? t("change.versions", { before: each.before, after: each.after })
                : t("list.version", { n: each.after ?? each.before ?? 0 })}
            </span>
          </li>
        ))}
      </ul>
      {deciding ? (
        <div class="with-hint">
          <button type="button" class="primary" disabled={under || changes.length === 0} onClick={build}>
            {t("releases.build")}
          </button>
          <p class="quiet small">{t("releases.build_hint")}</p>
        </div>
      ) : (
        <p class="quiet small">{t("releases.agent_hint")}</p>
      )}
    </section>
  );
}

interface EarlierProps {
  all: All;
  deciding: boolean;
  back: (number: number) => void;
}

function Earlier({ all, deciding, back }: EarlierProps): JSX.Element | null {
  const [chosen, setChosen] = useState<number | null>(null);
  if (all.releases.length === 0) return null;
  return (
    <section class="panel" aria-labelledby="earlier-title">
      <h2 id="earlier-title">{t("releases.earlier")}</h2>
      <ul class="lines-of">
        {all.releases.map((each) => (
          <Line key={each.number} all={all} release={each} current={all.current ?? 0} deciding={deciding} choose={() => setChosen(each.number)} />
        ))}
      </ul>
      {chosen !== null && (
        <Dialog title={t("releases.back_title", { n: chosen })} onClose={() => setChosen(null)}>
          <form
            class="form"
            onSubmit={(event) => {
              event.preventDefault();
              setChosen(null);
              back(chosen);
            }}
          >
            <p>{t("releases.back_hint")}</p>
            <footer>
              <button type="button" onClick={() => setChosen(null)}>
                {t("act.cancel")}
              </button>
              <button class="primary">{t(chosen < (all.current ?? 0) ? "releases.back" : "releases.forward")}</button>
            </footer>
          </form>
        </Dialog>
      )}
    </section>
  );
}

interface LineProps {
  all: All;
  release: Release;
  current: number;
  deciding: boolean;
  choose: () => void;
}

function Line({ all, release, current, deciding, choose }: LineProps): JSX.Element {
  const { number, created_at, entries, notices, model } = release;
  return (
    <li>
      <p>
        <strong>{t("releases.number", { n: number })}</strong>{" "}
        {release.current && <span class="badge stand released">{t("releases.current")}</span>}
        <span class="fine">
          {instantOf(created_at)} · {t("releases.holds", { entries, notices })}
          {!model && !release.current && ` · ${t("releases.no_model")}`}
        </span>
      </p>
      {deciding && !release.current && (
        <button type="button" aria-label={`${t(number < current ? "releases.back" : "releases.forward")}: ${number}`} onClick={choose}>
          {t(number < current ? "releases.back" : "releases.forward")}
        </button>
      )}
      {!release.current && <Past all={all} release={release} />}
    </li>
  );
}
