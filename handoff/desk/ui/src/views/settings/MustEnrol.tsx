import type { JSX } from "preact";
import { signOut, start } from "../../desk";
import { t } from "../../logic/words";
import { Enrol } from "./SecondFactor";

/** The settings ask this role for a second factor: it is set up before anything else. */
export function MustEnrol(): JSX.Element {
  return (
    <main class="signin">
      <div class="card">
        <h1>{t("factor.must")}</h1>
        <Enrol onDone={() => void start()} />
        <button type="button" class="link" onClick={() => void signOut()}>
          {t("you.sign_out")}
        </button>
      </div>
    </main>
  );
}
