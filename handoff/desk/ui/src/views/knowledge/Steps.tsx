import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";
import { ApiError } from "../../api";
import { knowledge } from "../../api-knowledge";
import { said } from "../../logic/errors";
import { LANGUAGES, targetsOf, toForm } from "../../logic/knowledge/form";
import { mended, placeWords } from "../../logic/knowledge/mends";
import { approvedBefore, isSamePerson, nameOf, shortDigest, titleOf, type StepName } from "../../logic/knowledge/standing";
import { language, named, t } from "../../logic/words";
import { dayOf } from "../../parts/days";
import { Dialog } from "../../parts/Dialog";
import { useRead } from "../../parts/reading";
import { note, session } from "../../state";
import type { Whole } from "../../types-knowledge";
import { Values } from "./About";
import { sourceOf } from "./Editor";
import { Trouble } from "./Knowledge";
import { Between } from "./Past";
import { SmsShown, WebShown } from "./Shown";

export interface Stepping {
  whole: Whole;
  onClose: () => void;
  /** The entry has taken a step, or was found to have moved on. */
  onDone: () => void;
}

/** Takes a step with exactly what was read. Returns what went wrong, in words. */
export async function takeStep({ item }: Whole, step: StepName, more: Record<string, unknown> = {}): Promise<string | null> {
  try {
    await knowledge.step(item.item_id, step, { version: item.version, digest: item.digest, ...more });
    note.set(t(`step.${step}.done`));
    return null;
  } catch (error) {
    const fields = error instanceof ApiError ? Object.entries(error.fields) : [];
    const stale = error instanceof ApiError && error.code === "stale_version";
    const first = stale ? t("error.step_refused") : said(error);
    return [first, ...fields.map(([place, why]) => `${placeWords(place)}: ${mended(why)}`)].join(" ");
  }
}

interface Props extends Stepping {
  step: "approve" | "send-back" | "retire";
}

export function StepDialog({ step, ...rest }: Props): JSX.Element {
  if (step === "approve") return <Approve {...rest} />;
  return step === "retire" ? <Retire {...rest} /> : <SendBack {...rest} />;
}

interface FrameProps extends Stepping {
  step: Props["step"];
  confirm: string;
  possible?: boolean;
  values?: () => Record<string, unknown>;
  children: ComponentChildren;
}

function Frame({ whole, step, confirm, possible = true, values, onClose, onDone, children }: FrameProps): JSX.Element {
  const [trouble, setTrouble] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    const wrong = await takeStep(whole, step, values?.());
    setBusy(false);
    setTrouble(wrong);
    if (wrong === null) onClose();
    onDone();
  };
  return (
    <Dialog title={t(`step.${step}.title`)} onClose={onClose}>
      <form class="form" onSubmit={(event) => void submit(event)}>
        {children}
        {trouble && <Trouble>{trouble}</Trouble>}
        <footer>
          <button type="button" onClick={onClose}>
            {t("act.cancel")}
          </button>
          {possible && (
            <button class={step === "retire" ? "primary grave" : "primary"} disabled={busy}>
              {busy ? t("act.busy") : confirm}
            </button>
          )}
        </footer>
      </form>
    </Dialog>
  );
}

function SendBack(props: Stepping): JSX.Element {
  const [reason, setReason] = useState("");
  return (
    <Frame {...props} step="send-back" confirm={t("step.send-back.confirm")} values={() => ({ reason })}>
      <label>
        {t("step.send-back.reason")}
        <input value={reason} maxLength={300} required autocomplete="off" onInput={(event) => setReason(event.currentTarget.value)} />
      </label>
    </Frame>
  );
}

function Retire(props: Stepping): JSX.Element {
  const { item } = props.whole;
  return (
    <Frame {...props} step="retire" confirm={t("step.retire.confirm")}>
      <p>
        <strong>{titleOf(item.title, language.value, item.item_id)}</strong>
      </p>
      {item.kind !== "negatives" && <p>{t(item.kind === "notice" ? "step.retire.hint_notice" : "step.retire.hint")}</p>}
      <p class="quiet">{t("step.retire.back")}</p>
    </Frame>
  );
}

function Approve(props: Stepping): JSX.Element {
  const { item, versions, self_approval } = props.whole;
  const mine = isSamePerson(item.author, session.value?.agent.name ?? "");
  const before = approvedBefore(versions, item.version);
  return (
    <Frame {...props} step="approve" confirm={t("step.approve.confirm", { n: item.version })} possible={!mine || self_approval}>
      <p>
        {t("step.approve.hint")} <span class="quiet">{t("step.approve.version", { n: item.version, author: nameOf(item.author) })}.</span>
      </p>
      {mine && <p class={self_approval ? "own" : "own refused"}>{t(self_approval ? "step.approve.own" : "step.approve.yours")}</p>}
      <div class="exact">
        <Exact whole={props.whole} />
        <h3>{before === null ? t("step.approve.first") : t("step.approve.changes", { n: before })}</h3>
        {before !== null && <Between id={item.item_id} from={before} to={item.version} />}
      </div>
      <p class="small">
        {t("step.approve.digest")}: <code title={item.digest}>{shortDigest(item.digest)}</code>
      </p>
    </Frame>
  );
}

const LISTS = ["phrasings", "near", "far"] as const;
const ONCE = ["topic", "owner", "review_by", "audience", "suggested"] as const;

function onceWords(place: (typeof ONCE)[number], written: string): string {
  if (place === "review_by") return dayOf(written);
  if (place === "audience") return t("field.audience_customers");
  return place === "suggested" ? t("field.yes") : written;
}

/** The content as it was stored, in both languages and on both channels. */
function Exact({ whole }: { whole: Whole }): JSX.Element {
  const { item, content } = whole;
  const form = toForm(content, item.kind);
  const { found } = useRead(() => knowledge.preview(item.kind, content), [item.digest]);
  return (
    <>
      {LANGUAGES.map((each) => (
        <section key={each} aria-label={named("language", each)}>
          <h3>
            {named("language", each)}
            {form[`title.${each}`] && ` · ${form[`title.${each}`]}`}
          </h3>
          {item.kind !== "negatives" && (
            <>
              <WebShown text={found?.languages[each]?.web ?? null} source={sourceOf(form, each)} language={each} />
              <SmsShown sms={found?.languages[each]?.sms ?? null} language={each} />
            </>
          )}
          {[...LISTS.map((list) => `${list}.${each}`), ...targetsOf(form).map((target) => `follow_ups.${target}.${each}`)]
            .filter((place) => form[place])
            .map((place) => (
              <details key={place}>
                <summary>{placeWords(place)}</summary>
                <p class="lines">{form[place]}</p>
              </details>
            ))}
        </section>
      ))}
      <dl class="once">
        {ONCE.filter((place) => form[place]).map((place) => (
          <div key={place}>
            <dt>{placeWords(place)}</dt>
            <dd>{onceWords(place, form[place] ?? "")}</dd>
          </div>
        ))}
      </dl>
      <Values content={content} id="exact-values" />
    </>
  );
}
