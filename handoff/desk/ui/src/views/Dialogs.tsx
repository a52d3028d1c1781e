import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { t } from "../logic/words";
import { Dialog } from "../parts/Dialog";
import { useCell } from "../parts/hooks";
import { askPassword, dialog, open, presence, signInAgain } from "../state";
import { act } from "../work";
import { BulkResolve } from "./Bulk";
import { Foot } from "./chat/Foot";
import { Resolve } from "./chat/Resolve";
import { Transfer } from "./chat/Transfer";
import { Keys } from "./Keys";
import { Password } from "./Password";
import { nobodyElse, People } from "./People";
import { SignInForm } from "./SignIn";
import { lazy } from "./writing/lazy";

const SecondFactor = lazy(() => import("./settings/SecondFactor").then((module) => module.SecondFactor));
const close = (): void => dialog.set(null);

export function Dialogs(): JSX.Element | null {
  const which = useCell(dialog);
  const fresh = useCell(askPassword);
  if (useCell(signInAgain)) {
    return (
      <Dialog title={t("signin.again")} onClose={null}>
        <p class="quiet">{t("signin.again_hint")}</p>
        <SignInForm />
      </Dialog>
    );
  }
  if (fresh || which === "password") return <Password />;
  if (which === "second") return <SecondFactor />;
  if (which === "resolve") return <Resolve close={close} />;
  if (which === "transfer") return <Transfer close={close} />;
  if (which === "reassign") return <Reassign />;
  if (which === "bulk") return <BulkResolve onClose={close} />;
  if (which === "return") return <Confirm name="return" />;
  if (which === "callback") return <Confirm name="callback" />;
  return which === "keys" ? <Keys onClose={close} /> : null;
}

function confirmed(name: string, values: Record<string, unknown> = {}): void {
  close();
  void act(name, values);
}

function Reassign(): JSX.Element {
  const holder = useCell(open)?.found?.item.agent?.id;
  useCell(presence);
  const [chosen, setChosen] = useState<string | null>(null);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (chosen) confirmed("reassign", { agent: chosen });
  };
  return (
    <Dialog title={t("reassign.title")} onClose={close}>
      {nobodyElse(holder) ? (
        <p>{t("reassign.nobody")}</p>
      ) : (
        <form class="form" onSubmit={submit}>
          <People title={t("reassign.title")} but={holder} onChoose={setChosen} />
          <p class="quiet">{t("reassign.hint")}</p>
          <Foot word="reassign.confirm" close={close} />
        </form>
      )}
    </Dialog>
  );
}

function Confirm({ name }: { name: "return" | "callback" }): JSX.Element {
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    confirmed(name);
  };
  return (
    <Dialog title={t(`${name}.title`)} onClose={close}>
      <form class="form" onSubmit={submit}>
        <p>{t(`${name}.hint`)}</p>
        <Foot word={`act.${name}`} close={close} />
      </form>
    </Dialog>
  );
}
