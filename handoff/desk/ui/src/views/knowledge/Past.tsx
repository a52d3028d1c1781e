import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { knowledge } from "../../api-knowledge";
import { placeWords } from "../../logic/knowledge/mends";
import { nameOf } from "../../logic/knowledge/standing";
import { named, t } from "../../logic/words";
import { instantOf } from "../../parts/days";
import { useRead } from "../../parts/reading";
import type { Difference, Step, Version, Whole } from "../../types-knowledge";
import { Changed } from "./Conflict";
import { Waiting } from "./Knowledge";

/** Every step with who and when, newest first. */
export function History({ history }: { history: readonly Step[] }): JSX.Element {
  return (
    <section class="panel" aria-labelledby="history-title">
      <h2 id="history-title">{t("history.title")}</h2>
      {history.length === 0 && <p class="quiet">{t("history.none")}</p>}
      <ol class="history">
        {[...history].reverse().map((step, at) => (
          <li key={history.length - at}>
            <p>
              <strong>{nameOf(step.actor)}</strong> {named("history", step.kind.split(".").at(-1) ?? step.kind)}
            </p>
            {typeof step.data["reason"] === "string" && <p>{t("history.reason", { reason: step.data["reason"] })}</p>}
            <p class="quiet small">
              {t("history.version", { n: String(step.data["version"] ?? "") })} · <time dateTime={step.at}>{instantOf(step.at)}</time>
              {step.data["self_approved"] === true && ` · ${t("self.approved")}`}
            </p>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** What differs between any two versions. */
export function Compare({ item, versions }: Pick<Whole, "item" | "versions">): JSX.Element | null {
  const newest = versions.at(-1)?.version ?? 1;
  const [pair, setPair] = useState<readonly [number, number]>([versions.at(-2)?.version ?? newest, newest]);
  if (versions.length < 2) return null;
  return (
    <section class="panel" aria-labelledby="diff-title">
      <h2 id="diff-title">{t("diff.title")}</h2>
      <div class="from-to">
        <Choose label={t("diff.from")} versions={versions} value={pair[0]} choose={(one) => setPair([one, pair[1]])} />
        <Choose label={t("diff.to")} versions={versions} value={pair[1]} choose={(other) => setPair([pair[0], other])} />
      </div>
      <Between id={item.item_id} from={pair[0]} to={pair[1]} />
    </section>
  );
}

interface ChooseProps {
  label: string;
  versions: readonly Version[];
  value: number;
  choose: (version: number) => void;
}

function Choose({ label, versions, value, choose }: ChooseProps): JSX.Element {
  return (
    <label>
      {label}
      <select value={String(value)} onChange={(event) => choose(Number(event.currentTarget.value))}>
        {[...versions].reverse().map((each) => (
          <option key={each.version} value={String(each.version)}>
            {each.version} · {named("stand", each.state)} · {nameOf(each.author)}
          </option>
        ))}
      </select>
    </label>
  );
}

export function Between({ id, from, to }: { id: string; from: number; to: number }): JSX.Element {
  const { found, trouble } = useRead(() => knowledge.diff(id, from, to), [id, from, to]);
  if (!found || trouble) return <Waiting trouble={trouble} />;
  const shown = found.filter((each) => each.place !== "author");
  return shown.length === 0 ? <p class="quiet">{t("diff.none")}</p> : <Differences all={shown} />;
}

function Differences({ all }: { all: readonly Difference[] }): JSX.Element {
  return (
    <ul class="diff">
      {all.map((each, at) => (
        <Changed key={`${at}${each.place}`} label={placeWords(each.place)} before={each.before} after={each.after} />
      ))}
    </ul>
  );
}
