import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { knowledge } from "../../api-knowledge";
import { said } from "../../logic/errors";
import { ofHundred } from "../../logic/knowledge/release";
import { hashOf } from "../../logic/routes";
import { t } from "../../logic/words";
import type { Content, Kind, Taken } from "../../types-knowledge";
import { addressOf, Trouble } from "./Knowledge";

/** Which known questions the text as it stands would draw to itself; asked only when somebody wants to know. */
export function Takes({ kind, content }: { kind: Kind; content: () => Content }): JSX.Element {
  const [takes, setTakes] = useState<readonly Taken[] | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const look = async (): Promise<void> => {
    setBusy(true);
    setTrouble(null);
    try {
      setTakes((await knowledge.takes(kind, content())).takes);
    } catch (error) {
      setTrouble(said(error));
    }
    setBusy(false);
  };
  return (
    <section class="panel" aria-labelledby="takes-title" aria-busy={busy}>
      <h2 id="takes-title">{t("takes.title")}</h2>
      <p class="quiet small">{t("takes.hint")}</p>
      {trouble && <Trouble>{trouble}</Trouble>}
      <div aria-live="polite">
        {takes?.length === 0 && <p>{t("takes.none")}</p>}
        <ul class="asked-so">
          {takes?.map((each, at) => (
            <li key={at}>
              <q lang={each.language}>{each.text}</q>
              <span class="fine">
                <From from={each.from} /> · {t("try.alike", { n: ofHundred(each.similarity) })}
              </span>
            </li>
          ))}
        </ul>
      </div>
      <button type="button" disabled={busy} onClick={() => void look()}>
        {busy ? t("act.busy") : t(takes ? "takes.again" : "takes.look")}
      </button>
    </section>
  );
}

function From({ from }: { from: Taken["from"] }): JSX.Element {
  if (from.kind === "entry" && from.id) return <a href={addressOf(`entry/${from.id}`)}>{from.id}</a>;
  if (!from.reference) return <>{t("takes.customer")}</>;
  return (
    <>
      {t("takes.customer")},{" "}
      <a class="code" href={hashOf({ view: "queue", reference: from.reference })}>
        {from.reference}
      </a>
    </>
  );
}
