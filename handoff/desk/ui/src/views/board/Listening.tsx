import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { reports } from "../../api-reports";
import { go } from "../../desk";
import { said } from "../../logic/errors";
import { named } from "../../logic/words";
import { useCell } from "../../parts/hooks";
import { Icon } from "../../parts/icons";
import { open } from "../../state";
import { b } from "../../words/board";
import { Transcript } from "../Transcript";
import { takeOver } from "./Held";

/** A chat that somebody else holds, as it goes on. It is recorded that one listens; nobody in the chat notices. */
export function Listening({ reference }: { reference: string }): JSX.Element {
  const [trouble, setTrouble] = useState<string | null>(null);
  const [let_in, setLetIn] = useState(false);
  const shown = useCell(open);
  useEffect(() => {
    let began = false;
    let left = false;
    const stop = (): void => void reports.unlisten(reference).catch(() => undefined);
    reports
      .listen(reference)
      .then(() => {
        began = true;
        if (left) stop();
        else setLetIn(true);
      })
      .catch((error: unknown) => setTrouble(said(error)));
    return () => {
      left = true;
      if (began) stop();
    };
  }, [reference]);
  const found = shown?.reference === reference ? shown.found : null;
  const held = found?.item.state === "active" || found?.item.state === "calling";
  const leave = (): void => void go({ view: "board", reference: null });
  return (
    <section class="listening" aria-labelledby="listening-title">
      <header class="head">
        <div class="title">
          <h2 id="listening-title">
            {b("listening")} <span class="code">{reference}</span>
          </h2>
          {found && (
            <p class="quiet small">
              {held ? b("listening_hint", { agent: found.item.agent?.name ?? "" }) : b("listening_over", { state: named("state", found.item.state) })}
            </p>
          )}
        </div>
        <button type="button" class="bare" aria-label={b("stop")} onClick={leave}>
          <Icon name="close" />
        </button>
      </header>
      {trouble && (
        <p class="trouble" role="alert">
          {trouble}
        </p>
      )}
      {let_in && shown && found && <Transcript shown={shown} onDrop={() => undefined} quiet />}
      <footer>
        {let_in && found?.item.state === "active" && (
          <button type="button" class="primary" onClick={() => void takeOver(found.item).then(setTrouble)}>
            {b("take")}
          </button>
        )}
        <button type="button" onClick={leave}>
          {b("stop")}
        </button>
      </footer>
    </section>
  );
}
