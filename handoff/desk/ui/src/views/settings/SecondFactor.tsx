import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { ApiError } from "../../api";
import { factorApi } from "../../api-settings";
import { said } from "../../logic/errors";
import { t } from "../../logic/words";
import { instantOf } from "../../parts/days";
import { Dialog } from "../../parts/Dialog";
import { useRead } from "../../parts/reading";
import { dialog, note } from "../../state";
import type { Enrolment, Factor } from "../../types-settings";
import { m } from "../../words/people-more";
import { CodeField } from "../CodeStep";
import { Copied } from "./Invited";
import "../../styles/second-factor.css";

/** The own second factor, from the agent's menu. */
export function SecondFactor(): JSX.Element {
  const close = (): void => dialog.set(null);
  const { found, trouble } = useRead(factorApi.read, []);
  return (
    <Dialog title={t("factor.title")} onClose={close}>
      {trouble && <p class="trouble">{trouble}</p>}
      {found?.state === "on" ? <On factor={found} onDone={close} /> : found && <Enrol asks={found.asks_password} onDone={close} />}
    </Dialog>
  );
}

function saidOfCode(error: unknown): string {
  if (error instanceof ApiError && error.fields["code"]) return t("factor.wrong");
  return error instanceof ApiError && error.fields["password"] ? m("factor.password_wrong") : said(error);
}

/** Scan, confirm, keep the recovery codes: three steps in one place. */
export function Enrol({ asks, onDone }: { asks: boolean; onDone: () => void }): JSX.Element {
  const [begun, setBegun] = useState<Enrolment | null>(null);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const tried = async (act: () => Promise<void>): Promise<void> => {
    setTrouble(null);
    try {
      await act();
    } catch (error) {
      setTrouble(saidOfCode(error));
    }
  };
  const confirm = (event: SubmitEvent): void => {
    event.preventDefault();
    const code = String(new FormData(event.currentTarget as HTMLFormElement).get("code"));
    void tried(async () => setCodes((await factorApi.confirm(code)).recovery_codes));
  };
  const begin = (event: SubmitEvent): void => {
    event.preventDefault();
    const password = asks ? String(new FormData(event.currentTarget as HTMLFormElement).get("password")) : null;
    void tried(async () => setBegun(await factorApi.begin(password)));
  };
  if (codes) return <Recovery codes={codes} onDone={onDone} />;
  return (
    <div class="form">
      {trouble && (
        <p class="trouble" role="alert">
          {trouble}
        </p>
      )}
      <p>{t("factor.why")}</p>
      {begun ? (
        <form class="form" onSubmit={confirm}>
          <p>{t("factor.scan")}</p>
          <Qr of={begun} />
          <details>
            <summary>{t("factor.by_hand")}</summary>
            <p class="factor-secret code">{begun.secret.replace(/(.{4})/g, "$1 ").trim()}</p>
          </details>
          <CodeField label={t("factor.first_code")} />
          <footer>
            <button class="primary">{t("factor.confirm")}</button>
          </footer>
        </form>
      ) : (
        <form class="form" onSubmit={begin}>
          {asks && (
            <label>
              {m("factor.password")}
              <input type="password" name="password" autocomplete="current-password" required aria-describedby="factor-password-why" />
            </label>
          )}
          {asks && (
            <p class="quiet" id="factor-password-why">
              {m("factor.password_needed")}
            </p>
          )}
          <footer>
            <button class="primary">{t("factor.begin")}</button>
          </footer>
        </form>
      )}
    </div>
  );
}

/** Drawn here from what the server sent: dark on light in both colour schemes, as cameras need it. */
function Qr({ of }: { of: Enrolment }): JSX.Element {
  const edge = 4;
  const side = of.size + 2 * edge;
  return (
    <svg class="factor-qr" role="img" aria-label={t("factor.qr")} viewBox={`${-edge} ${-edge} ${side} ${side}`} shape-rendering="crispEdges">
      <rect x={-edge} y={-edge} width={side} height={side} />
      <path d={of.path} />
    </svg>
  );
}

function Recovery({ codes, onDone }: { codes: readonly string[]; onDone: () => void }): JSX.Element {
  const [kept, setKept] = useState(false);
  return (
    <div class="form">
      <p>
        <strong>{t("factor.codes_title")}</strong>
      </p>
      <p>{t("factor.codes_hint")}</p>
      <Copied text={codes.join("\n")} label={t("factor.codes_title")} rows={10} />
      <label class="choice">
        <input type="checkbox" checked={kept} onChange={(event) => setKept(event.currentTarget.checked)} />
        <span>{t("factor.kept")}</span>
      </label>
      <footer>
        <button type="button" class="primary" disabled={!kept} onClick={onDone}>
          {t("factor.done")}
        </button>
      </footer>
    </div>
  );
}

function On({ factor, onDone }: { factor: Factor; onDone: () => void }): JSX.Element {
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const wish = event.submitter?.getAttribute("value");
    const code = String(new FormData(event.currentTarget as HTMLFormElement).get("code"));
    setTrouble(null);
    try {
      if (wish === "renew") return setCodes((await factorApi.renew(code)).recovery_codes);
      await factorApi.off(code);
      note.set(t("factor.is_off"));
      onDone();
    } catch (error) {
      setTrouble(saidOfCode(error));
    }
  };
  if (codes) return <Recovery codes={codes} onDone={onDone} />;
  return (
    <form class="form" onSubmit={(event) => void submit(event)}>
      {trouble && (
        <p class="trouble" role="alert">
          {trouble}
        </p>
      )}
      <p>{t("factor.on_since", { time: instantOf(factor.since ?? ""), n: factor.codes_left })}</p>
      <CodeField label={t("factor.code")} />
      <footer>
        <button value="off">{t("factor.turn_off")}</button>
        <button value="renew" class="primary">
          {t("factor.renew")}
        </button>
      </footer>
    </form>
  );
}
