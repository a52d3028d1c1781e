import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { signIn } from "../desk";
import { t } from "../logic/words";
import { useCell } from "../parts/hooks";
import { codeAsked, signInTrouble } from "../state";
import { CodeStep } from "./CodeStep";

/** E-mail and password; then, in the same place, the code of whoever has a second factor. */
export function SignInForm(): JSX.Element {
  return useCell(codeAsked) ? <CodeStep /> : <PasswordStep />;
}

function PasswordStep(): JSX.Element {
  const trouble = useCell(signInTrouble);
  const [busy, setBusy] = useState(false);
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    setBusy(true);
    await signIn({ email: String(form.get("email")), password: String(form.get("password")) });
    setBusy(false);
  };
  return (
    <form class="form" onSubmit={(event) => void submit(event)}>
      {trouble && (
        <p class="trouble" role="alert">
          {trouble}
        </p>
      )}
      <label>
        {t("signin.email")}
        <input name="email" type="email" autocomplete="username" required maxLength={320} />
      </label>
      <label>
        {t("signin.password")}
        <input name="password" type="password" autocomplete="current-password" required maxLength={256} />
      </label>
      <button class="primary" disabled={busy}>
        {t(busy ? "signin.busy" : "signin.submit")}
      </button>
    </form>
  );
}

export function SignIn(): JSX.Element {
  return (
    <main class="signin">
      <div class="card">
        <img src="/desk/mark.svg" alt="" width="40" height="40" />
        <h1>{t("signin.title")}</h1>
        <SignInForm />
        <p class="quiet">{t("signin.hint")}</p>
      </div>
    </main>
  );
}
