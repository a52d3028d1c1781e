import type { JSX } from "preact";
import { signOut, start } from "../../desk";
import { factorApi } from "../../api-settings";
import { t } from "../../logic/words";
import { useRead } from "../../parts/reading";
import { Enrol } from "./SecondFactor";

/** The settings ask this role for a second factor: it is set up before anything else. */
export function MustEnrol(): JSX.Element {
  const { found, trouble } = useRead(factorApi.read, []);
  return (
    <main class="signin">
      <div class="card">
        <h1>{t("factor.must")}</h1>
        {trouble && (
          <p class="trouble" role="alert">
            {trouble}
          </p>
        )}
        {found && <Enrol asks={found.asks_password} onDone={() => void start()} />}
        <button type="button" class="link" onClick={() => void signOut()}>
          {t("you.sign_out")}
        </button>
      </div>
    </main>
  );
}
