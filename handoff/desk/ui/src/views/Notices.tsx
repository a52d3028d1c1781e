import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { go } from "../desk";
import { dayAndHour } from "../logic/clock";
import { happened, toDo } from "../logic/notices";
import { language, t } from "../logic/words";
import { useCell, useNow } from "../parts/hooks";
import { Icon } from "../parts/icons";
import { notices, route } from "../state";
import type { Alert } from "../types";
import { finishNotice } from "../work";

/** What went otherwise than it should, until somebody has seen to it. */
export function Notices(): JSX.Element {
  const all = useCell(notices);
  return (
    <section class="queue notices" aria-labelledby="notices-title">
      <header class="head">
        <h1 id="notices-title" tabIndex={-1}>
          {t("notices.title")}
        </h1>
      </header>
      <p class="hidden" aria-live="polite">
        {t("notices.announce", { n: all.length })}
      </p>
      <div class="list">
        <ul>
          {all.map((notice) => (
            <li key={notice.id}>
              <Notice notice={notice} />
            </li>
          ))}
        </ul>
        {all.length === 0 && <Empty />}
      </div>
    </section>
  );
}

function Empty(): JSX.Element {
  return (
    <div class="empty">
      <Icon name="bell" />
      <p>
        <strong>{t("notices.empty")}</strong>
      </p>
      <p>{t("notices.empty_hint")}</p>
    </div>
  );
}

function Notice({ notice }: { notice: Alert }): JSX.Element {
  const now = useNow();
  const [trouble, setTrouble] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const done = async (): Promise<void> => {
    setBusy(true);
    const wrong = await finishNotice(notice.id, notice.count > 1);
    setBusy(false);
    setTrouble(wrong);
    if (!wrong) document.getElementById("notices-title")?.focus();
  };
  const what = notice.count > 1 ? t("notices.many", { n: notice.count, what: happened(notice) }) : happened(notice);
  return (
    <article class="notice">
      <p class="what">{what}</p>
      <p class="quiet">{toDo(notice)}</p>
      {trouble && (
        <p class="trouble" role="alert">
          {trouble}
        </p>
      )}
      <div class="foot">
        <span class="about">
          {notice.reference && <CaseLink reference={notice.reference} />}
          {notice.references.length > 0 && <span>{t("notices.newest")}</span>}
          {notice.references.map((reference) => (
            <CaseLink key={reference} reference={reference} />
          ))}
          {notice.customer_label && <span>{notice.customer_label}</span>}
          <time dateTime={notice.at}>{dayAndHour(Date.parse(notice.at), now, language.value)}</time>
        </span>
        <button type="button" disabled={busy} aria-label={t("notices.done_label", { what })} onClick={() => void done()}>
          {t("notices.done")}
        </button>
      </div>
    </article>
  );
}

function CaseLink({ reference }: { reference: string }): JSX.Element {
  const here = useCell(route).reference === reference;
  const open = (event: Event): void => {
    event.preventDefault(); // the page stays; only the address changes
    void go({ view: "notices", reference });
  };
  return (
    <a
      class="code"
      href={`#/notices/${reference}`}
      data-reference={reference}
      aria-current={here ? "true" : undefined}
      aria-label={t("notices.open", { reference })}
      onClick={open}
    >
      {reference}
    </a>
  );
}
