import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { ApiError } from "../../api";
import { knowledge } from "../../api-knowledge";
import { supervises } from "../../logic/acts";
import { said } from "../../logic/errors";
import { byField, toContent, toForm, type Form } from "../../logic/knowledge/form";
import { nameOf, stepsOf, titleOf, type StepName } from "../../logic/knowledge/standing";
import { language, t } from "../../logic/words";
import { instantOf } from "../../parts/days";
import { Icon } from "../../parts/icons";
import { note, session } from "../../state";
import type { Whole } from "../../types-knowledge";
import { About, Values } from "./About";
import { Badges } from "./Badges";
import { Conflict, Theirs } from "./Conflict";
import { Editor } from "./Editor";
import { addressOf, Trouble, Waiting } from "./Knowledge";
import { Mends } from "./Mends";
import { Compare, History } from "./Past";
import { StepDialog, takeStep } from "./Steps";
import { Takes } from "./Takes";
import { usePreview } from "./usePreview";
import { useWork } from "./useWork";

/** One answer: read, write, decide, look back. */
export function Entry({ id }: { id: string }): JSX.Element {
  const [whole, setWhole] = useState<Whole | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const read = async (andThen?: () => void): Promise<void> => {
    try {
      const found = await knowledge.read(id);
      setTrouble(null);
      setWhole(found);
      andThen?.(); // drawn together with what was read
    } catch (error) {
      setTrouble(said(error));
    }
  };
  useEffect(() => void read(), []);
  return (
    <>
      <Head whole={whole} id={id} />
      {trouble && whole && <Trouble>{trouble}</Trouble>}
      {whole ? <Page whole={whole} read={read} /> : <Waiting trouble={trouble} />}
    </>
  );
}

function Head({ whole, id }: { whole: Whole | null; id: string }): JSX.Element {
  const item = whole?.item;
  return (
    <header class="head of-entry">
      <a class="act bare" href={addressOf("")} aria-label={t("entry.back")}>
        <Icon name="back" />
      </a>
      <div class="title">
        <h1>{item ? titleOf(item.title, language.value, id) : id}</h1>
        {item && <Badges item={item} />}
      </div>
    </header>
  );
}

interface PageProps {
  whole: Whole;
  read: (andThen?: () => void) => Promise<void>;
}

const NONE: Readonly<Record<string, string>> = {};

function Page({ whole, read }: PageProps): JSX.Element {
  const { item, content } = whole;
  const theirs = useMemo(() => toForm(content, item.kind), [content]);
  const desk = useWork(item.item_id, item.version, theirs);
  const { form, work } = desk;
  const looked = usePreview(item.kind, content, form);
  const [refused, setRefused] = useState(NONE);
  const [trouble, setTrouble] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [both, setBoth] = useState<readonly string[] | null>(null);
  const conflict = work !== null && work.base !== item.version;
  const errors = useMemo(() => byField(refused, item.kind), [refused]);
  const mends = useMemo(() => byField(looked.errors, item.kind), [looked.errors]);

  const save = async (): Promise<void> => {
    if (!work || busy || conflict) return;
    setBusy(true);
    setTrouble(null);
    try {
      const sent: Form = work.form;
      const saved = await knowledge.edit(item.item_id, work.base, toContent(content, sent, item.kind));
      setRefused(NONE);
      setBoth(null);
      await read(() => desk.saved(saved.version, sent));
      note.set(t(saved.version === item.version ? "entry.same" : "entry.saved", { n: saved.version }));
    } catch (error) {
      const stale = error instanceof ApiError && error.code === "stale_version";
      if (stale) await read();
      else setTrouble(said(error));
      if (error instanceof ApiError) setRefused(error.fields);
    } finally {
      setBusy(false);
    }
  };
  const pressed = (event: KeyboardEvent): void => {
    if (event.key.toLowerCase() !== "s" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    void save();
  };
  const merge = (): void => setBoth(desk.merge(item.version, theirs));

  return (
    <>
      <div class="entry" onKeyDown={pressed}>
        <div class="written">
          {conflict && <Conflict item={item} theirs={theirs} work={work} onMerge={merge} onTheirs={desk.putAside} />}
          {both && !conflict && work && <Theirs places={both} theirs={theirs} />}
          {desk.kept && !conflict && work && (
            <p class="told-once" role="status">
              {t("entry.kept")}
            </p>
          )}
          <Editor kind={item.kind} writing={{ form, set: desk.set, errors, mends }} looked={looked} />
        </div>
        <aside class="beside" aria-label={t("entry.about")}>
          <Mends errors={refused} mends={looked.errors} />
          <About kind={item.kind} writing={{ form, set: desk.set, errors, mends }} fresh={false} />
          <Values content={content} />
          {item.kind === "entry" && <Takes kind={item.kind} content={() => toContent(content, form, item.kind)} />}
          <Approval whole={whole} />
          <History history={whole.history} />
          <Compare key={whole.versions.length} item={item} versions={whole.versions} />
        </aside>
      </div>
      <Acts whole={whole} busy={busy} dirty={work !== null} conflict={conflict} trouble={trouble} desk={desk} save={save} read={read} />
    </>
  );
}

function Approval({ whole }: { whole: Whole }): JSX.Element {
  const { item } = whole;
  return (
    <section class="panel" aria-labelledby="approval-title">
      <h2 id="approval-title">{t("entry.approval")}</h2>
      <p>{t("entry.by", { n: item.version, author: nameOf(item.author) })}</p>
      {item.approver && item.approved_at && (
        <p>{t("entry.approved_by", { approver: nameOf(item.approver), day: instantOf(item.approved_at) })}</p>
      )}
      {item.self_approved && (
        <p>
          <span class="badge self">{t("self.approved")}</span>
        </p>
      )}
    </section>
  );
}

interface ActsProps extends PageProps {
  busy: boolean;
  dirty: boolean;
  conflict: boolean;
  trouble: string | null;
  desk: ReturnType<typeof useWork>;
  save: () => Promise<void>;
}

/** At the foot of the page, always in reach: save, and the steps that can be taken with what is saved. */
function Acts({ whole, busy, dirty, conflict, trouble, desk, save, read }: ActsProps): JSX.Element {
  const [dialog, setDialog] = useState<Exclude<StepName, "submit"> | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);
  const supervising = supervises(session.value?.agent.role);
  const steps = stepsOf(whole, supervising);
  const press = async (step: StepName): Promise<void> => {
    setWrong(null);
    if (step !== "submit") return setDialog(step);
    setWrong(await takeStep(whole, step));
    await read();
  };
  const hint = dirty ? t("entry.unsaved") : supervising ? t("entry.clean") : t("entry.agent_hint");
  return (
    <footer class="acts" aria-busy={busy}>
      {(trouble ?? wrong) && <Trouble>{trouble ?? wrong}</Trouble>}
      <p class={dirty ? "hint unsaved" : "hint"} role="status">
        {hint} {dirty && steps.length > 0 && t("step.save_first")}
      </p>
      <div class="buttons">
        {desk.aside && !dirty && (
          <button type="button" onClick={desk.bringBack}>
            {t("entry.undo_discard")}
          </button>
        )}
        {dirty && !conflict && (
          <button type="button" onClick={desk.putAside}>
            {t("entry.discard")}
          </button>
        )}
        {steps.map((step) => (
          <button
            key={step}
            type="button"
            class={step === "approve" || step === "submit" ? (dirty ? undefined : "primary") : undefined}
            disabled={busy || dirty}
            onClick={() => void press(step)}
          >
            {t(`step.${step}`)}
          </button>
        ))}
        <button type="button" class={dirty ? "primary" : undefined} disabled={busy || !dirty || conflict} onClick={() => void save()}>
          {t(busy ? "entry.saving" : "entry.save")}
        </button>
      </div>
      {dialog && <StepDialog step={dialog} whole={whole} onClose={() => setDialog(null)} onDone={() => void read()} />}
    </footer>
  );
}
