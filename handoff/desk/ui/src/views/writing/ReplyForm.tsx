import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { ApiError } from "../../api";
import { writing } from "../../api-writing";
import { said } from "../../logic/errors";
import { named, t } from "../../logic/words";
import { PLACES } from "../../logic/writing/places";
import { Dialog } from "../../parts/Dialog";
import type { CannedReply, ReplyDraft } from "../../types-writing";

const LANGUAGES = ["es", "en"] as const;

interface Props {
  /** Null for a new one. */
  reply: CannedReply | null;
  keeper: boolean;
  saved: (reply: CannedReply) => void;
  close: () => void;
}

export function ReplyForm({ reply, keeper, saved, close }: Props): JSX.Element {
  const [draft, setDraft] = useState<ReplyDraft>(() => draftOf(reply));
  const [own, setOwn] = useState(reply ? reply.own : !keeper);
  const [faults, setFaults] = useState<Readonly<Record<string, string>>>({});
  const [busy, setBusy] = useState(false);
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    try {
      saved(reply ? await writing.edit(reply, draft) : await writing.add(draft, own));
    } catch (error) {
      setFaults(faultsOf(error, draft));
      setBusy(false);
    }
  };
  return (
    <Dialog title={t(reply ? "replies.edit_title" : "replies.new")} onClose={close}>
      <form class="form reply-form" onSubmit={(event) => void save(event)}>
        {faults[""] && (
          <p class="trouble" role="alert">
            {faults[""]}
          </p>
        )}
        <Field id="reply-name" label={t("replies.name")} hint={t("replies.name_hint")} fault={faults["name"]}>
          {(about) => (
            <input
              {...about}
              type="text"
              autocomplete="off"
              maxLength={40}
              value={draft.name}
              onInput={(event) => setDraft({ ...draft, name: nameOf(event.currentTarget.value) })}
            />
          )}
        </Field>
        <Field id="reply-topic" label={t("replies.topic")} hint="" fault={faults["topic"]}>
          {(about) => (
            <input
              {...about}
              type="text"
              autocomplete="off"
              maxLength={40}
              value={draft.topic}
              onInput={(event) => setDraft({ ...draft, topic: event.currentTarget.value })}
            />
          )}
        </Field>
        {!reply && keeper && <ForWhom own={own} choose={setOwn} />}
        {LANGUAGES.map((language) => (
          <TextField
            key={language}
            language={language}
            text={draft.texts[language]}
            fault={faults[`texts.${language}`] ?? (language === LANGUAGES[0] ? faults["texts"] : undefined)}
            write={(text) => setDraft((before) => ({ ...before, texts: { ...before.texts, [language]: text } }))}
          />
        ))}
        <footer>
          <button type="button" onClick={close}>
            {t("act.cancel")}
          </button>
          <button class="primary" disabled={busy}>
            {t("replies.save")}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}

function draftOf(reply: CannedReply | null): ReplyDraft {
  const { name = "", topic = "", texts = {} } = reply ?? {};
  return { name, topic, texts: { en: texts["en"] ?? "", es: texts["es"] ?? "" } };
}

/** What is typed becomes a short name as far as it can. */
function nameOf(typed: string): string {
  return typed.toLowerCase().replace(/^\//, "").replace(/[\s_]+/g, "-");
}

/** By field, in this page's words; "" is about the whole. */
function faultsOf(error: unknown, draft: ReplyDraft): Record<string, string> {
  if (!(error instanceof ApiError)) return { "": said(error) };
  if (error.code === "reply_exists") return { name: t("replies.mend.name_taken") };
  const places = Object.keys(error.fields).filter((place) => /^(name|topic|texts(\.(en|es))?)$/.test(place));
  if (error.status !== 422 || places.length === 0) return { "": said(error) };
  return Object.fromEntries(
    places.map((place) => [place, t(place.startsWith("texts.") ? faultOf(draft.texts[place.slice(6) as "en"]) : (`replies.mend.${place}` as "replies.mend.name"))]),
  );
}

function faultOf(text: string): "replies.mend.missing" | "replies.mend.text" {
  return text.trim() === "" ? "replies.mend.missing" : "replies.mend.text";
}

interface FieldProps {
  id: string;
  label: string;
  hint: string;
  fault: string | undefined;
  children: (about: { id: string; "aria-invalid": boolean; "aria-describedby": string | undefined }) => JSX.Element;
}

function Field({ id, label, hint, fault, children }: FieldProps): JSX.Element {
  const told = fault ?? hint;
  return (
    <div class="reply-field">
      <label for={id}>{label}</label>
      {children({ id, "aria-invalid": fault !== undefined, "aria-describedby": told ? `${id}-told` : undefined })}
      {told && (
        <p id={`${id}-told`} class={fault ? "reply-fault" : "quiet"}>
          {told}
        </p>
      )}
    </div>
  );
}

function ForWhom({ own, choose }: { own: boolean; choose: (own: boolean) => void }): JSX.Element {
  return (
    <fieldset>
      <legend>{t("replies.for")}</legend>
      {[false, true].map((each) => (
        <label class="choice" key={String(each)}>
          <input type="radio" name="reply-own" checked={own === each} onChange={() => choose(each)} />
          {t(each ? "replies.mine" : "replies.team")}
        </label>
      ))}
    </fieldset>
  );
}

interface TextProps {
  language: string;
  text: string;
  fault: string | undefined;
  write: (text: string) => void;
}

/** The text, and buttons that put the places of the case where the caret is. */
function TextField({ language, text, fault, write }: TextProps): JSX.Element {
  const field = useRef<HTMLTextAreaElement>(null);
  const spoken = named("language", language);
  const add = (place: string): void => {
    const element = field.current;
    if (!element) return;
    element.setRangeText(place, element.selectionStart, element.selectionEnd, "end");
    element.focus();
    write(element.value);
  };
  return (
    <Field id={`reply-${language}`} label={t("replies.text", { language: spoken })} hint="" fault={fault}>
      {(about) => (
        <>
          <textarea
            {...about}
            ref={field}
            rows={3}
            lang={language}
            dir="auto"
            maxLength={2000}
            value={text}
            onInput={(event) => write(event.currentTarget.value)}
          />
          <div class="reply-places" role="group" aria-label={t("replies.places")}>
            {PLACES.map((place) => (
              <button
                key={place}
                type="button"
                aria-label={t("replies.place_add", { place: t(`replies.place.${place}`), language: spoken })}
                title={`{${place}}`}
                onClick={() => add(`{${place}}`)}
              >
                {t(`replies.place.${place}`)}
              </button>
            ))}
          </div>
        </>
      )}
    </Field>
  );
}
