import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import { ApiError } from "../../api";
import { knowledge } from "../../api-knowledge";
import { go } from "../../desk";
import { serverNow } from "../../logic/clock";
import { said } from "../../logic/errors";
import { byField, slug, toContent, toForm } from "../../logic/knowledge/form";
import { addedYear } from "../../logic/knowledge/standing";
import { t } from "../../logic/words";
import { instantOf } from "../../parts/days";
import { Icon } from "../../parts/icons";
import { useRead } from "../../parts/reading";
import { note, session } from "../../state";
import type { Content, GapDraft } from "../../types-knowledge";
import { About } from "./About";
import { Editor } from "./Editor";
import { addressOf, Trouble, Waiting } from "./Knowledge";
import { Mends } from "./Mends";
import { usePreview } from "./usePreview";
import { useWork } from "./useWork";

const EMPTY: Content = { title: {}, phrasings: { en: [], es: [] }, answers: { en: {}, es: {} }, source: { document: {}, section: {} } };
const NONE: Readonly<Record<string, string>> = {};

/** A new answer; out of a gap, with the questions that were asked and what was replied. */
export function New({ gap }: { gap: string | null }): JSX.Element {
  const { found, trouble } = useRead(() => (gap ? knowledge.gapDraft(gap) : Promise.resolve(null)), [gap]);
  return (
    <>
      <header class="head of-entry">
        <a class="act bare" href={addressOf(gap ? "gaps" : "")} aria-label={t("entry.back")}>
          <Icon name="back" />
        </a>
        <h1>{t("entry.new")}</h1>
      </header>
      {gap && !found ? <Waiting trouble={trouble} /> : <Page key={gap} name={gap ? `new.${gap}` : "new"} draft={found} />}
    </>
  );
}

function begun(draft: GapDraft | null): Content {
  const mine = { owner: session.value?.agent.name ?? "", review_by: addedYear(serverNow()) };
  return { ...EMPTY, ...mine, ...draft?.content };
}

function Page({ name, draft }: { name: string; draft: GapDraft | null }): JSX.Element {
  const content = useMemo(() => begun(draft), [draft]);
  const read = useMemo(() => toForm(content, "entry"), [content]);
  const desk = useWork(name, 0, read);
  const [refused, setRefused] = useState(NONE);
  const [trouble, setTrouble] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const form = { ...desk.form, id: desk.form["id"] || slug(desk.form["title.en"] || desk.form["title.es"] || "") };
  const looked = usePreview("entry", content, desk.form);
  const errors = useMemo(() => byField(refused, "entry"), [refused]);
  const touched = (place: string): boolean => (form[place as "id"] ?? "") !== "";
  const mends = useMemo(() => byField(looked.errors, "entry"), [looked.errors]);
  const shown = new Map([...mends].filter(([place]) => touched(place)));
  const save = async (): Promise<void> => {
    if (busy) return;
    setBusy(true);
    setTrouble(null);
    try {
      const saved = await knowledge.write("entry", toContent(content, form, "entry"));
      desk.saved(saved.version, desk.form);
      note.set(t("entry.saved", { n: saved.version }));
      await go({ view: "knowledge", reference: null, page: `entry/${saved.item_id}` });
    } catch (error) {
      setTrouble(said(error));
      if (error instanceof ApiError) setRefused(error.code === "entry_exists" ? { id: t("error.entry_exists") } : error.fields);
      setBusy(false);
    }
  };
  const writing = { form, set: desk.set, errors, mends: shown };
  return (
    <>
      <div class="entry">
        <div class="written">
          {draft && <Replies draft={draft} />}
          {desk.kept && desk.work && (
            <p class="told-once" role="status">
              {t("entry.kept")}
            </p>
          )}
          <Editor kind="entry" writing={writing} looked={looked} />
        </div>
        <aside class="beside" aria-label={t("entry.about")}>
          <About kind="entry" writing={writing} fresh />
          <Mends errors={refused} mends={looked.errors} fresh />
        </aside>
      </div>
      <footer class="acts" aria-busy={busy}>
        {trouble && <Trouble>{trouble}</Trouble>}
        <p class="hint" role="status">
          {desk.work ? t("entry.unsaved") : ""}
        </p>
        <div class="buttons">
          {desk.work && (
            <button type="button" onClick={desk.putAside}>
              {t("entry.discard")}
            </button>
          )}
          {desk.aside && !desk.work && (
            <button type="button" onClick={desk.bringBack}>
              {t("entry.undo_discard")}
            </button>
          )}
          <button type="button" class="primary" disabled={busy} onClick={() => void save()}>
            {t(busy ? "entry.saving" : "entry.save")}
          </button>
        </div>
      </footer>
    </>
  );
}

function Replies({ draft }: { draft: GapDraft }): JSX.Element {
  return (
    <section class="told-once">
      <p>{t("entry.gap")}</p>
      {draft.replies.length > 0 && (
        <details>
          <summary>{t("entry.replies")}</summary>
          <ul class="replies">
            {draft.replies.map((each) => (
              <li key={each.at}>
                <p>“{each.text}”</p>
                <p class="quiet small">
                  {[each.agent, each.reference, instantOf(each.at)].filter(Boolean).join(" · ")}
                </p>
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}
