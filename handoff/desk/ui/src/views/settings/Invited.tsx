import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { peopleApi } from "../../api-settings";
import { t } from "../../logic/words";
import { instantOf } from "../../parts/days";
import { Dialog } from "../../parts/Dialog";
import type { Invitation } from "../../types-settings";
import { sayHow, useSending } from "./Test";

/** The one-time link, this once; and how the e-mail with it fares. */
export function Invited({ invitation, onClose }: { invitation: Invitation; onClose: () => void }): JSX.Element {
  const { person, link, until, mail } = invitation;
  const seen = useSending(mail, peopleApi.sent);
  return (
    <Dialog title={t("people.link", { name: person.name })} onClose={onClose}>
      <div class="form">
        <p>{t("people.link_once", { time: instantOf(until) })}</p>
        <Copied text={link} label={t("people.link_label")} />
        {mail && (
          <p role="status" class={seen?.status === "dead" ? "set-wrong" : "quiet"}>
            {t("people.mail_to", { email: person.email })} {sayHow(seen)}
          </p>
        )}
        <footer>
          <button type="button" class="primary" onClick={onClose}>
            {t("people.link_done")}
          </button>
        </footer>
      </div>
    </Dialog>
  );
}

/** A text that is to be taken away: selected at a touch, and copied by a button where the browser allows it. */
export function Copied({ text, label, rows = 1 }: { text: string; label: string; rows?: number }): JSX.Element {
  const [copied, setCopied] = useState<boolean | null>(null);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
    } catch {
      setCopied(false);
    }
  };
  return (
    <div class="set-copied">
      <textarea readOnly rows={rows > 1 ? rows : 3} aria-label={label} value={text} onFocus={(event) => event.currentTarget.select()} />
      <button type="button" onClick={() => void copy()}>
        {t("set.copy")}
      </button>
      <span role="status" class="quiet">
        {copied === null ? "" : t(copied ? "set.copied" : "set.not_copied")}
      </span>
    </div>
  );
}
