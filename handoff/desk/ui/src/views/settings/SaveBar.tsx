import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { t } from "../../logic/words";
import { instantOf } from "../../parts/days";
import { Dialog } from "../../parts/Dialog";
import { useCell } from "../../parts/hooks";
import { begin, changes, clash, draft, inForce, putOnTop, save, saving, takeTheirs } from "./editing";
import { Changes } from "./Changes";
import { whoOf } from "../../logic/settings/labels";

/** Stays at the foot of the page as long as something is not saved. */
export function SaveBar(): JSX.Element | null {
  useCell(draft);
  const read = useCell(inForce);
  const busy = useCell(saving);
  const [shown, setShown] = useState(false);
  const found = changes();
  if (useCell(clash)) return <Clash />;
  if (!read || found.length === 0) return null;
  return (
    <div class="set-bar" role="region" aria-label={t("set.unsaved", { n: found.length })}>
      {shown && <Changes of={found} />}
      <p>
        <strong>{t("set.unsaved", { n: found.length })}</strong>{" "}
        <button type="button" class="link" aria-expanded={shown} onClick={() => setShown(!shown)}>
          {t(shown ? "set.hide" : "set.show")}
        </button>
      </p>
      <span class="set-acts">
        <button type="button" onClick={() => begin(read)}>
          {t("set.discard")}
        </button>
        <button type="button" class="primary" disabled={busy} onClick={() => void save()}>
          {t(busy ? "set.saving" : "set.save")}
        </button>
      </span>
    </div>
  );
}

/** Somebody else was quicker: what they changed, what I want, and which of the two it shall be. */
function Clash(): JSX.Element | null {
  const found = useCell(clash);
  if (!found) return null;
  const { newest, theirs } = found;
  const mine = changes();
  const both = theirs.filter((each) => mine.some((one) => one.path === each.path));
  return (
    <Dialog title={t("set.clash")} onClose={() => clash.set(null)}>
      <div class="form">
        <p>{t("set.clash_who", { who: whoOf(newest), time: instantOf(newest.at), n: newest.number })}</p>
        <Changes of={theirs} />
        <p>{both.length > 0 ? t("set.clash_both", { n: both.length }) : t("set.clash_apart")}</p>
        <footer>
          <button type="button" onClick={takeTheirs}>
            {t("set.clash_theirs")}
          </button>
          <button type="button" class="primary" onClick={putOnTop}>
            {t("set.clash_mine")}
          </button>
        </footer>
      </div>
    </Dialog>
  );
}
