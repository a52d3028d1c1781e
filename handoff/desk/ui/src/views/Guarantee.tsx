import type { ComponentChildren, JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { api } from "../api";
import { go } from "../desk";
import { hourOf } from "../logic/clock";
import { said } from "../logic/errors";
import { runnable, shareOf } from "../logic/guarantee";
import { Soon } from "../logic/soon";
import { language, named, t, type Word } from "../logic/words";
import { Deadline, Waits } from "../parts/Deadline";
import { Icon } from "../parts/icons";
import { changed } from "../state";
import type { Checked, Guarantee as Facts, Obligation } from "../types";

const AGAIN = 30_000;
const SOON = 1_000;

/** How the guarantee stands, for supervisors: calm when it holds, plain about what does not. */
export function Guarantee(): JSX.Element {
  const { facts, trouble } = useFacts();
  return (
    <main class="guarantee" id="chat" tabIndex={-1} aria-labelledby="guarantee-title">
      <header class="head">
        <h1 id="guarantee-title">{t("guarantee.title")}</h1>
        {facts && <p class="quiet">{t("guarantee.at", { time: clock(facts.at) })}</p>}
      </header>
      {trouble && (
        <p class="trouble" role="alert">
          {trouble}
        </p>
      )}
      {facts ? <Whole facts={facts} /> : !trouble && <p class="opening">{t("guarantee.loading")}</p>}
    </main>
  );
}

function clock(at: string): string {
  return hourOf(Date.parse(at), language.value);
}

/** Read at once, a second after the stream tells of a change (once, however many come), and every half minute. */
function useFacts(): { facts: Facts | null; trouble: string | null } {
  const [facts, setFacts] = useState<Facts | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const [soon] = useState(() => new Soon(read));
  async function read(): Promise<void> {
    try {
      setFacts(await api.guarantee());
      setTrouble(null);
    } catch (error) {
      setTrouble(said(error));
    }
  }
  useEffect(() => {
    soon.in(0);
    const timer = setInterval(() => soon.in(0), AGAIN);
    return () => {
      clearInterval(timer);
      soon.stop();
    };
  }, [soon]);
  useEffect(() => changed.listen(() => soon.in(SOON)), [soon]);
  return { facts, trouble };
}

function Whole({ facts }: { facts: Facts }): JSX.Element {
  return (
    <div class="cards">
      <Lost facts={facts} />
      <Card title={t("guarantee.reached")} hint={t("guarantee.reached_hint")}>
        <Share share={facts.reached.share}>
          {facts.reached.share !== null &&
            t("guarantee.reached_basis", { n: facts.reached.in_time, all: facts.reached.cases })}
        </Share>
      </Card>
      <Card title={t("guarantee.promises")}>
        <Share share={facts.promises.kept_share} word={t("guarantee.kept")} none="guarantee.no_promises">
          {facts.promises.kept_share !== null &&
            t("guarantee.kept_basis", {
              kept: facts.promises.kept_week,
              all: facts.promises.kept_week + facts.promises.missed_week,
            })}
        </Share>
        <ul class="figures">
          <Figure n={facts.promises.open} word={t("guarantee.promises_open")} />
          <Figure n={facts.promises.overdue} word={t("guarantee.overdue")} bad />
          <Figure n={facts.promises.missed_today} word={t("guarantee.missed_today")} bad />
          <Figure n={facts.promises.missed_week} word={t("guarantee.missed_week")} bad />
        </ul>
      </Card>
      <Tellings facts={facts} />
      <Open facts={facts} />
      <Next facts={facts} />
      <Check facts={facts} />
    </div>
  );
}

interface CardProps {
  title: string;
  hint?: string;
  wide?: boolean;
  children: ComponentChildren;
}

function Card({ title, hint, wide = false, children }: CardProps): JSX.Element {
  return (
    <section class={wide ? "card wide" : "card"} aria-label={title}>
      <h2>{title}</h2>
      {children}
      {hint && <p class="quiet small">{hint}</p>}
    </section>
  );
}

function Lost({ facts }: { facts: Facts }): JSX.Element {
  const { count, query, parameters } = facts.lost;
  const good = count === 0;
  return (
    <section class={good ? "card wide lost good" : "card wide lost bad"} aria-label={t("guarantee.lost", { n: count })}>
      <p class="big">
        <Icon name={good ? "check" : "alert"} /> {t("guarantee.lost", { n: count })}
      </p>
      <p>{t(good ? "guarantee.lost_none" : "guarantee.lost_some")}</p>
      <details>
        <summary>{t("guarantee.query")}</summary>
        <pre tabIndex={0}>
          <code>{runnable(query, parameters)}</code>
        </pre>
        <p class="quiet small">{t("guarantee.query_hint")}</p>
      </details>
    </section>
  );
}

interface ShareProps {
  share: number | null;
  word?: string;
  none?: Word;
  children: ComponentChildren;
}

function Share({ share, word, none = "guarantee.no_basis", children }: ShareProps): JSX.Element {
  return (
    <p class="share">
      <strong class={share === null ? "none" : ""}>{shareOf(share, language.value, none)}</strong>{" "}
      {share !== null && word} <span class="quiet">{children}</span>
    </p>
  );
}

function Figure({ n, word, bad = false }: { n: number; word: string; bad?: boolean }): JSX.Element {
  return (
    <li class={bad && n > 0 ? "bad" : undefined}>
      <strong>{n}</strong> {word}
    </li>
  );
}

function Tellings({ facts }: { facts: Facts }): JSX.Element {
  return (
    <Card title={t("guarantee.tellings")}>
      <ul class="figures">
        <Figure n={facts.undelivered} word={t("guarantee.undelivered")} bad />
        <Figure n={facts.untold} word={t("guarantee.untold")} bad />
      </ul>
      {facts.undelivered + facts.untold > 0 && (
        <button type="button" class="link" onClick={() => void go({ view: "notices", reference: null })}>
          {t("guarantee.to_notices")}
        </button>
      )}
    </Card>
  );
}

function Open({ facts }: { facts: Facts }): JSX.Element {
  return (
    <Card title={t("guarantee.open")} wide>
      {facts.open.length === 0 ? (
        <p class="quiet">{t("guarantee.open_none")}</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">{t("guarantee.state")}</th>
              <th scope="col" class="n">
                {t("guarantee.number")}
              </th>
              <th scope="col">{t("guarantee.oldest")}</th>
            </tr>
          </thead>
          <tbody>
            {facts.open.map((each) => (
              <tr key={each.state}>
                <th scope="row">{named("state", each.state)}</th>
                <td class="n">{each.number}</td>
                <td>
                  <Waits since={each.oldest_since} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
}

function Next({ facts }: { facts: Facts }): JSX.Element | null {
  if (facts.next.length === 0) return null;
  return (
    <Card title={t("guarantee.next")} wide>
      <table>
        <thead>
          <tr>
            <th scope="col">{t("guarantee.case")}</th>
            <th scope="col">{t("guarantee.state")}</th>
            <th scope="col">{t("guarantee.deadline")}</th>
            <th scope="col" class="spare">
              {t("guarantee.with")}
            </th>
          </tr>
        </thead>
        <tbody>
          {facts.next.map((each) => (
            <Row key={each.reference} each={each} />
          ))}
        </tbody>
      </table>
    </Card>
  );
}

function Row({ each }: { each: Obligation }): JSX.Element {
  const view = each.state === "promised" ? "callbacks" : "queue";
  return (
    <tr>
      <th scope="row">
        <button type="button" class="link code" onClick={() => void go({ view, reference: each.reference })}>
          {each.reference}
        </button>
        {each.urgency !== "normal" && <span class={`badge ${each.urgency}`}>{named("urgency", each.urgency)}</span>}
      </th>
      <td>{named("state", each.state)}</td>
      <td>
        <Deadline item={{ ...each, due_at: each.deadline_at }} />
      </td>
      <td class="spare">{each.agent ?? <span class="quiet">{t("guarantee.nobody")}</span>}</td>
    </tr>
  );
}

function Check({ facts }: { facts: Facts }): JSX.Element {
  const [found, setFound] = useState<Checked | null>(null);
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const run = async (): Promise<void> => {
    setBusy(true);
    setTrouble(null);
    try {
      setFound(await api.guaranteeCheck());
    } catch (error) {
      setTrouble(said(error));
    }
    setBusy(false);
  };
  return (
    <section class="card wide" aria-label={t("guarantee.check")}>
      <p class="quiet small">{t(facts.checkable ? "guarantee.check_hint" : "guarantee.too_many")}</p>
      {facts.checkable && (
        <button type="button" disabled={busy} onClick={() => void run()}>
          {t(busy ? "guarantee.checking" : "guarantee.check")}
        </button>
      )}
      {trouble && (
        <p class="trouble" role="alert">
          {trouble}
        </p>
      )}
      <div role="status">{found && <Result found={found} />}</div>
    </section>
  );
}

function Result({ found }: { found: Checked }): JSX.Element {
  if (found.cases === null) return <p>{t("guarantee.too_many")}</p>;
  if (found.violations.length === 0) {
    return (
      <p class="good">
        <Icon name="check" /> {t("guarantee.clean", { n: found.cases, time: clock(found.at) })}
      </p>
    );
  }
  return (
    <>
      <p class="bad">{t("guarantee.broken", { n: found.violations.length })}</p>
      <ul class="broken">
        {found.violations.map((each) => (
          <li key={each.invariant + each.subject + each.found}>
            <strong>{each.invariant}</strong> <span class="code">{each.subject}</span>
            <br />
            {each.found}
            <p class="quiet small">{each.to_do}</p>
          </li>
        ))}
      </ul>
    </>
  );
}
