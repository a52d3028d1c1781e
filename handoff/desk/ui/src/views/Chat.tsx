import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { go } from "../desk";
import { theirHour } from "../logic/clock";
import { draftOf } from "../logic/kept";
import { language, named, t } from "../logic/words";
import { Deadline, Waits } from "../parts/Deadline";
import { useCell, useNow } from "../parts/hooks";
import { Icon } from "../parts/icons";
import "../again";
import { note, open, route, session, type OpenCase } from "../state";
import type { Case } from "../types";
import { drop, refreshCase } from "../work";
import { Bar } from "./Bar";
import { finding } from "./chat/Find";
import { Composer } from "./Composer";
import { Transcript } from "./Transcript";
import { Undo } from "./Undo";

interface Props {
  onPacket: () => void;
}

export function Chat({ onPacket }: Props): JSX.Element {
  const shown = useCell(open);
  const me = useCell(session)?.agent.id ?? "";
  if (!shown) return <NoChat />;
  return (
    <main class="chat" id="chat" tabIndex={-1}>
      {shown.found ? (
        <Shown key={`${shown.reference} ${me}`} shown={shown} found={shown.found} onPacket={onPacket} />
      ) : (
        <Opening shown={shown} />
      )}
    </main>
  );
}

function NoChat(): JSX.Element {
  return (
    <main class="chat none" id="chat" tabIndex={-1}>
      <div class="empty">
        <p>
          <strong>{t("chat.none")}</strong>
        </p>
        <p>{t("chat.none_hint")}</p>
      </div>
    </main>
  );
}

function Opening({ shown }: { shown: OpenCase }): JSX.Element {
  return (
    <>
      <header class="head">
        <Back />
      </header>
      <div class="empty">
        {shown.trouble ? (
          <>
            <p role="alert">{shown.trouble}</p>
            <button type="button" onClick={() => void refreshCase(shown.reference)}>
              {t("error.reload")}
            </button>
          </>
        ) : (
          <p>{t("chat.loading", { reference: shown.reference })}</p>
        )}
      </div>
    </>
  );
}

function Shown({ shown, found, onPacket }: { shown: OpenCase; found: Case } & Props): JSX.Element {
  const [text, setText] = useState(() => draftOf(shown.reference));
  useEffect(() => {
    const otherTab = (event: StorageEvent): void => {
      if (event.key?.endsWith(`draft.${shown.reference}`)) setText(event.newValue ?? "");
    };
    addEventListener("storage", otherTab);
    return () => removeEventListener("storage", otherTab);
  }, [shown.reference]);
  return (
    <>
      <Head found={found} onPacket={onPacket} />
      <Transcript shown={shown} onDrop={(id) => setText(drop(shown.reference, id))} />
      <Undo />
      <Bar shown={shown} found={found}>
        <Composer item={found.item} text={text} onText={setText} disabled={found.pending !== null} />
      </Bar>
    </>
  );
}

const QUEUED: ReadonlySet<string> = new Set(["waiting", "offered", "collecting"]);

function Head({ found, onPacket }: { found: Case } & Props): JSX.Element {
  const { item } = found;
  return (
    <header class="head">
      <Back />
      <div class="title">
        <h1>{item.customer_label}</h1>
        <p class="facts">
          <Reference reference={item.reference} />
          <span>{named("state", item.state)}</span>
          <span>{named("channel", item.channel)}</span>
          <span>{named("language", item.language)}</span>
          <TheirTime zone={found.time_zone} />
          {QUEUED.has(item.state) ? <Waits since={item.waiting_since} /> : <Deadline item={item} />}
        </p>
      </div>
      <button type="button" class="bare" aria-label={t("find.open")} onClick={() => finding.set(true)}>
        <Icon name="search" />
      </button>
      <button type="button" class="bare to-packet" aria-label={t("chat.packet")} onClick={onPacket}>
        <Icon name="details" />
      </button>
    </header>
  );
}

function Back(): JSX.Element {
  const { view } = useCell(route);
  return (
    <button
      type="button"
      class="bare back"
      aria-label={t("chat.back")}
      onClick={() => void go({ view, reference: null })}
    >
      <Icon name="back" />
    </button>
  );
}

function Reference({ reference }: { reference: string }): JSX.Element {
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(reference);
    note.set(t("chat.copied"));
  };
  return (
    <button type="button" class="code copy" aria-label={`${reference}. ${t("chat.copy")}`} onClick={() => void copy()}>
      {reference}
      <Icon name="copy" />
    </button>
  );
}

function TheirTime({ zone }: { zone: string | null }): JSX.Element | null {
  const hour = theirHour(zone, useNow(), language.value);
  return hour ? <span>{t("chat.their_time", { time: hour })}</span> : null;
}
