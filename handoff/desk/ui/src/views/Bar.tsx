import type { ComponentChildren, JSX } from "preact";
import { go } from "../desk";
import { actsOn, supervises, type Act } from "../logic/acts";
import { dayAndHour, serverNow } from "../logic/clock";
import { grouped } from "../logic/queue";
import { language, named, t } from "../logic/words";
import { Deadline } from "../parts/Deadline";
import { useCell } from "../parts/hooks";
import { cases, dialog, session, type OpenCase } from "../state";
import type { Case } from "../types";
import { act } from "../work";

export function reachable(found: Case): boolean {
  return found.contact.some((each) => each.kind === "phone" || each.kind === "email");
}

interface Props {
  shown: OpenCase;
  found: Case;
  children: ComponentChildren;
}

/** Under the transcript: what can be done with this case now. `children` is the composer. */
export function Bar({ shown, found, children }: Props): JSX.Element {
  const me = session.value?.agent.id ?? "";
  const acts = actsOn(found.item, me, reachable(found), supervises(session.value?.agent.role));
  return (
    <footer class="bar" aria-busy={shown.busy !== null}>
      {shown.trouble && (
        <p class="trouble" role="alert">
          {shown.trouble}
        </p>
      )}
      {shown.trouble && found.item.agent?.id !== me && <Next but={found.item.reference} me={me} />}
      {acts.has("reply") ? (
        <>
          {children}
          <Buttons acts={acts} busy={found.pending ? "pending" : shown.busy} of={ENDING} />
        </>
      ) : (
        <div class="state">
          <p>
            {situation(found, me)} {found.item.state !== "promised" && <Deadline item={found.item} />}
          </p>
          {acts.has("attempt") && <Attempts found={found} busy={shown.busy} />}
          <Buttons acts={acts} busy={shown.busy} of={TAKING} />
        </div>
      )}
    </footer>
  );
}

/** Somebody was quicker: on to whoever waits next. */
function Next({ but, me }: { but: string; me: string }): JSX.Element | null {
  const { offers, waiting } = grouped(useCell(cases).values(), me);
  const next = [...offers, ...waiting].find((item) => item.reference !== but);
  if (!next) return null;
  return (
    <button type="button" class="primary" onClick={() => void go({ view: "queue", reference: next.reference })}>
      {t("bar.next")}
    </button>
  );
}

const ENDING: Act[] = ["resolve", "return", "transfer", "callback", "reassign"];
const TAKING: Act[] = ["accept", "call", "claim", "decline", "resolve", "chat", "reassign"];
const ASKED_FIRST: ReadonlySet<Act> = new Set(ENDING);
const PRIMARY: readonly Act[] = ["accept", "call", "claim"];

function Buttons({ acts, busy, of }: { acts: ReadonlySet<Act>; busy: string | null; of: Act[] }): JSX.Element {
  const shown = of.filter((each) => acts.has(each));
  const primary = PRIMARY.find((each) => shown.includes(each));
  const press = (each: Act): void => {
    if (ASKED_FIRST.has(each)) dialog.set(each as "resolve");
    else void act(each);
  };
  return (
    <div class="buttons">
      {shown.map((each) => (
        <button
          key={each}
          type="button"
          class={each === primary ? "primary" : undefined}
          disabled={busy !== null}
          onClick={() => press(each)}
        >
          {busy === each ? t("act.busy") : t(`act.${each}` as "act.claim")}
          {(each === "claim" || each === "accept") && <kbd>c</kbd>}
        </button>
      ))}
    </div>
  );
}

const OUTCOMES = ["reached", "voicemail", "no_answer", "wrong_number"] as const;

function Attempts({ found, busy }: { found: Case; busy: string | null }): JSX.Element {
  const left = found.promise?.attempts_left ?? 0;
  return (
    <>
      <div class="buttons">
        {OUTCOMES.map((outcome, index) => (
          <button
            key={outcome}
            id={`attempt-${index + 1}`}
            type="button"
            class={outcome === "reached" ? "primary" : undefined}
            disabled={busy !== null}
            onClick={() => void record(outcome)}
          >
            {t(`attempt.${outcome}`)}
          </button>
        ))}
      </div>
      {left > 0 && <p class="quiet">{t("attempt.left", { n: left })}</p>}
    </>
  );
}

async function record(outcome: (typeof OUTCOMES)[number]): Promise<void> {
  if ((await act("attempt", { outcome })) && outcome === "reached") dialog.set("resolve");
}

function situation(found: Case, me: string): string {
  const { item } = found;
  const agent = item.agent?.name ?? item.offered_to?.name ?? "";
  switch (item.state) {
    case "waiting":
      return t("bar.waiting");
    case "offered":
      return item.offered_to?.id === me ? t("bar.offered_you") : t("bar.offered_other", { agent });
    case "collecting":
      return t("bar.collecting");
    case "promised":
      return promised(found);
    case "active":
      return t("bar.held", { agent });
    case "calling":
      return item.agent?.id === me ? t("bar.calling") : t("bar.calling_other", { agent });
    default:
      return t("bar.ended", { state: named("state", item.state) });
  }
}

function promised(found: Case): string {
  if (!reachable(found)) return t("bar.promised_no_contact");
  const due = found.promise?.due_at ?? found.item.due_at;
  return t("bar.promised", { due: due ? dayAndHour(Date.parse(due), serverNow(), language.value) : "" });
}
