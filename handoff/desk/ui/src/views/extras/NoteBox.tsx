import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { extras } from "../../api-extras";
import { said } from "../../logic/errors";
import { tellTyping } from "../../logic/extras/listening";
import { draftOf, keepDraft } from "../../logic/kept";
import { t } from "../../logic/words";
import { Icon } from "../../parts/icons";
import { refreshCase } from "../../work";

const LONGEST = 8 * 1024;

/** A note for colleagues: looks like nothing that a customer could get, and stays as a draft until it is kept. */
export function NoteBox({ reference }: { reference: string }): JSX.Element {
  const key = `note.${reference}`;
  const [open, setOpen] = useState(() => draftOf(key) !== "");
  const [text, setText] = useState(() => draftOf(key));
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const id = useRef(crypto.randomUUID());
  const button = useRef<HTMLButtonElement>(null);
  const asked = useRef(false);
  useEffect(() => {
    if (open && asked.current) field.current?.focus();
  }, [open]);
  const typed = (next: string): void => {
    setText(next);
    keepDraft(key, next);
    tellTyping(reference, "note");
  };
  const close = (): void => {
    setOpen(false);
    requestAnimationFrame(() => button.current?.focus());
  };
  const keep = async (): Promise<void> => {
    if (busy || text.trim() === "") return;
    setBusy(true);
    setTrouble(null);
    try {
      await extras.note(reference, id.current, text);
      id.current = crypto.randomUUID();
      typed("");
      close();
      void refreshCase(reference);
    } catch (error) {
      setTrouble(said(error));
    } finally {
      setBusy(false);
    }
  };
  if (!open) {
    const show = (): void => {
      asked.current = true;
      setOpen(true);
    };
    return (
      <button type="button" id="add-note" ref={button} class="add-note" onClick={show}>
        <Icon name="plus" /> {t("note.add")} <kbd>n</kbd>
      </button>
    );
  }
  const surplus = new TextEncoder().encode(text).length - LONGEST;
  return (
    <form
      class="note-form"
      aria-label={t("note.form")}
      onSubmit={(event) => {
        event.preventDefault();
        void keep();
      }}
    >
      <label for="note-text">
        <Icon name="shield" /> {t("note.only_us")}
      </label>
      <textarea
        id="note-text"
        ref={field}
        rows={2}
        dir="auto"
        value={text}
        aria-invalid={surplus > 0}
        onInput={(event) => typed(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") close();
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void keep();
        }}
      />
      {surplus > 0 && <p class="trouble">{t("composer.too_long", { n: surplus })}</p>}
      {trouble && (
        <p class="trouble" role="alert">
          {trouble}
        </p>
      )}
      <div class="buttons">
        <button class="primary" disabled={busy || text.trim() === "" || surplus > 0}>
          {t("note.keep")}
        </button>
        <button type="button" onClick={close}>
          {t("note.later")}
        </button>
      </div>
    </form>
  );
}
