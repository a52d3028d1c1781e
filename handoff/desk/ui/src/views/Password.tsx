import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { api, ApiError } from "../api";
import { said } from "../logic/errors";
import { t } from "../logic/words";
import { Dialog } from "../parts/Dialog";
import { askPassword, dialog, note, session } from "../state";

function close(): void {
  askPassword.set(false);
  dialog.set(null);
}

export function Password(): JSX.Element {
  const me = session.value;
  const fresh = askPassword.value;
  const [trouble, setTrouble] = useState<string | null>(null);
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const current = form.get("current");
    try {
      await api.setPassword(String(form.get("password")), current === null ? null : String(current));
      if (me) session.set({ ...me, has_password: true });
      note.set(t("password.saved"));
      close();
    } catch (error) {
      setTrouble(error instanceof ApiError && error.fields["password"] ? t("password.hint") : said(error));
    }
  };
  return (
    <Dialog title={t("password.title")} onClose={close}>
      <form class="form" onSubmit={(event) => void submit(event)}>
        {fresh && <p class="quiet">{t("password.why")}</p>}
        {trouble && (
          <p class="trouble" role="alert">
            {trouble}
          </p>
        )}
        {me?.has_password && (
          <label>
            {t("password.current")}
            <input name="current" type="password" autocomplete="current-password" required maxLength={256} />
          </label>
        )}
        <label>
          {t("password.new")}
          <input
            name="password"
            type="password"
            autocomplete="new-password"
            required
            minLength={12}
            maxLength={256}
            aria-describedby="password-hint"
          />
        </label>
        <p class="quiet" id="password-hint">
          {t("password.hint")}
        </p>
        <footer>
          <button type="button" onClick={close}>
            {t("password.later")}
          </button>
          <button class="primary">{t("password.save")}</button>
        </footer>
      </form>
    </Dialog>
  );
}
