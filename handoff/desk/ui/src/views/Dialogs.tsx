import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { t, type Word } from "../logic/words";
import { Dialog } from "../parts/Dialog";
import { useCell } from "../parts/hooks";
import { Outcomes } from "../parts/Outcomes";
import { askPassword, dialog, open, presence, session, signInAgain } from "../state";
import { act } from "../work";
import { BulkResolve } from "./Bulk";
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
  if (which === "resolve") return <Resolve />;
  if (which === "transfer") return <Transfer />;
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

function Foot({ word }: { word: Word }): JSX.Element {
  return (
    <footer>
      <button type="button" onClick={close}>
        {t("act.cancel")}
      </button>
      <button class="primary">{t(word)}</button>
    </footer>
  );
}

const OUTCOMES = ["solved", "partly", "not_solved", "wrong_channel", "abuse"] as const;

function Resolve(): JSX.Element {
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    confirmed("resolve", { outcome: form.get("outcome"), topic: String(form.get("topic") ?? "").trim() });
  };
  return (
    <Dialog title={t("resolve.title")} onClose={close}>
      <form class="form" onSubmit={submit}>
        <Outcomes outcomes={OUTCOMES} />
        <label>
          {t("resolve.topic")}
          <input name="topic" maxLength={200} placeholder={t("resolve.topic_hint")} autocomplete="off" />
        </label>
        <Foot word="resolve.confirm" />
      </form>
    </Dialog>
  );
}

function Transfer(): JSX.Element {
  const me = session.value?.agent.id;
  useCell(presence);
  const [chosen, setChosen] = useState<string | null>(null);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    if (chosen) confirmed("transfer", { agent: chosen, note: String(form.get("note") ?? "").trim() });
  };
  return (
    <Dialog title={t("transfer.title")} onClose={close}>
      {nobodyElse(me) ? (
        <p>{t("transfer.nobody")}</p>
      ) : (
        <form class="form" onSubmit={submit}>
          <People title={t("transfer.title")} but={me} onChoose={setChosen} />
          <label>
            {t("transfer.note")}
            <textarea name="note" rows={2} maxLength={2000} />
          </label>
          <Foot word="transfer.confirm" />
        </form>
      )}
    </Dialog>
  );
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
          <Foot word="reassign.confirm" />
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
        <Foot word={`act.${name}`} />
      </form>
    </Dialog>
  );
}
