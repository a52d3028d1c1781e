import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { signIn } from "../desk";
import { t } from "../logic/words";
import { useCell } from "../parts/hooks";
import { codeAsked, signInTrouble } from "../state";

/** Six digits of the phone, or one of the codes for its loss; a phone's keyboard offers what it has just received. */
export function CodeField({ label }: { label: string }): JSX.Element {
  return (
    <label>
      {label}
      <input name="code" autocomplete="one-time-code" autocapitalize="off" spellcheck={false} required maxLength={40} />
    </label>
  );
}

/** The second step of signing in, in the place of the first. */
export function CodeStep(): JSX.Element | null {
  const asked = useCell(codeAsked);
  const trouble = useCell(signInTrouble);
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector("input")?.focus(), []);
  if (!asked) return null;
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const target = event.currentTarget as HTMLFormElement;
    setBusy(true);
    await signIn({ ...asked, code: String(new FormData(target).get("code")).trim() });
    setBusy(false);
    target.reset();
    target.querySelector("input")?.focus();
  };
  const back = (): void => {
    signInTrouble.set(null);
    codeAsked.set(null);
  };
  return (
    <form class="form" ref={form} onSubmit={(event) => void submit(event)}>
      {trouble && (
        <p class="trouble" role="alert">
          {trouble}
        </p>
      )}
      <p>{t("factor.ask")}</p>
      <CodeField label={t("factor.code")} />
      <p class="quiet">{t("factor.ask_hint")}</p>
      <footer>
        <button type="button" onClick={back}>
          {t("factor.back")}
        </button>
        <button class="primary" disabled={busy}>
          {t(busy ? "signin.busy" : "signin.submit")}
        </button>
      </footer>
    </form>
  );
}
