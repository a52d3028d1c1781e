import type { JSX } from "preact";
import { t } from "../../logic/words";
import { costOf, simplified } from "../../logic/writing/segments";
import { Icon } from "../../parts/icons";

export type Kind = "replies" | "answers";

interface ToolsProps {
  disabled: boolean;
  open: Kind | null;
  choose: (kind: Kind) => void;
  /** Set on a text message that is being written. */
  sms: { text: string; tail: string; most: number | null } | null;
}

/** Under the composer: what can be inserted, and what a text message costs. */
export function Tools({ disabled, open, choose, sms }: ToolsProps): JSX.Element {
  return (
    <div class="tools" role="group" aria-label={t("write.tools")}>
      <Tool kind="replies" hint="/" {...{ disabled, open, choose }} />
      <Tool kind="answers" hint="" {...{ disabled, open, choose }} />
      {sms && sms.text.trim() !== "" && <Cost text={sms.text + sms.tail} most={sms.most} />}
    </div>
  );
}

function Tool({ kind, hint, disabled, open, choose }: Omit<ToolsProps, "sms"> & { kind: Kind; hint: string }): JSX.Element {
  return (
    <button type="button" class="tool" disabled={disabled} aria-expanded={open === kind} onClick={() => choose(kind)}>
      <Icon name={kind === "answers" ? "book" : "source"} />
      {t(`write.${kind}`)}
      {hint && <kbd>{hint}</kbd>}
    </button>
  );
}

function Cost({ text, most }: { text: string; most: number | null }): JSX.Element {
  const { segments, units, room } = costOf(text);
  const tone = most !== null && segments > most ? "sms-cost over" : "sms-cost";
  return (
    <p class={tone}>
      {segments === 1 ? t("write.one_text") : t("write.texts", { n: segments })} · {t("write.units", { used: units, room })}
    </p>
  );
}

const SHOWN = 8;

interface WarningProps {
  text: string;
  tail: string;
  most: number | null;
  mend: (text: string) => void;
}

/** What is worth mending in a text message before it is sent: its length, or a character that makes it cost more. */
export function CostWarning({ text, tail, most, mend }: WarningProps): JSX.Element {
  const { segments, outside, plain } = costOf(text && text + tail);
  const over = most !== null && segments > most;
  const dear = segments > plain;
  const simple = simplified(text);
  return (
    <div class="warnings" role="status">
      {over && <p class="trouble">{t("write.over", { n: segments, most })}</p>}
      {dear && (
        <p class="dear">
          {t("write.double", { characters: [...outside].slice(0, SHOWN).join(" "), n: segments, plain })}{" "}
          {simple !== text && costOf(simple + tail).segments < segments && (
            <button type="button" class="link" onClick={() => mend(simple)}>
              {t("write.double_simple")}
            </button>
          )}
        </p>
      )}
    </div>
  );
}

interface UnfilledProps {
  places: readonly string[];
  /** Selects it in the composer. */
  show: (place: string) => void;
}

/** What of a canned reply the case does not know: a reply is not sent while it stands. */
export function Unfilled({ places, show }: UnfilledProps): JSX.Element {
  return (
    <div class="warnings" role="status">
      {places.length > 0 && (
        <p class="unfilled">
          {t("write.fill")}{" "}
          {places.map((place) => (
            <button key={place} type="button" class="link" onClick={() => show(place)}>
              {place}
            </button>
          ))}
        </p>
      )}
    </div>
  );
}
