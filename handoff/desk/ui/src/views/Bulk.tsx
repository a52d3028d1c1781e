import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { t } from "../logic/words";
import { Dialog } from "../parts/Dialog";
import { useCell } from "../parts/hooks";
import { Outcomes } from "../parts/Outcomes";
import { cases, chosen, dialog } from "../state";
import { resolveMany } from "../work";

const OUTCOMES = ["abuse", "wrong_channel", "not_solved", "solved"] as const;

/** Under the list while a supervisor chooses: how many, and what to do with them. */
export function BulkBar({ references }: { references: readonly string[] }): JSX.Element | null {
  const picked = useCell(chosen);
  if (picked === null) return null;
  return (
    <div class="bulk">
      <button type="button" onClick={() => chosen.set(new Set(references))}>
        {t("bulk.all", { n: references.length })}
      </button>
      <button type="button" class="primary" disabled={picked.size === 0} onClick={() => dialog.set("bulk")}>
        {t("bulk.resolve", { n: picked.size })}
      </button>
      <button type="button" onClick={() => chosen.set(null)}>
        {t("bulk.end")}
      </button>
    </div>
  );
}

export function Choose({ reference }: { reference: string }): JSX.Element | null {
  const picked = useCell(chosen);
  if (picked === null) return null;
  const change = (): void => {
    const next = new Set(picked);
    if (!next.delete(reference)) next.add(reference);
    chosen.set(next);
  };
  return (
    <input
      type="checkbox"
      class="choose"
      checked={picked.has(reference)}
      aria-label={t("bulk.choose", { reference })}
      onChange={change}
    />
  );
}

export function BulkResolve({ onClose }: { onClose: () => void }): JSX.Element {
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const picked = [...(chosen.value ?? [])].map((reference) => cases.value.get(reference)).filter((item) => item !== undefined);
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    setBusy(true);
    const wrong = await resolveMany(picked, String(form.get("outcome")), String(form.get("reason")).trim());
    setBusy(false);
    setTrouble(wrong);
    if (!wrong) onClose();
  };
  return (
    <Dialog title={t("bulk.title")} onClose={onClose}>
      <form class="form" onSubmit={(event) => void submit(event)}>
        <Outcomes outcomes={OUTCOMES} />
        <label>
          {t("bulk.reason")}
          <input name="reason" maxLength={200} required placeholder={t("bulk.reason_hint")} autocomplete="off" />
        </label>
        <p class="quiet">{t("bulk.hint")}</p>
        {trouble && (
          <p class="trouble" role="alert">
            {trouble}
          </p>
        )}
        <footer>
          <button type="button" onClick={onClose}>
            {t("act.cancel")}
          </button>
          <button class="primary" disabled={busy}>
            {t("bulk.confirm", { n: picked.length })}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
