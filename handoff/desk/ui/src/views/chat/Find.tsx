import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Cell } from "../../logic/cell";
import { nextOf, places } from "../../logic/find";
import { t } from "../../logic/words";
import { useCell } from "../../parts/hooks";
import { Icon } from "../../parts/icons";
import "../../styles/find.css";
import type { Message } from "../../types";

/** Whether words are being looked for in the chat that is open. */
export const finding = new Cell(false);

/** In the whole chat, also in what is not on the screen. `show` brings one message there. */
export function Find({ all, show }: { all: readonly Message[]; show: (at: number | null) => void }): JSX.Element | null {
  const open = useCell(finding);
  useEffect(() => () => finding.set(false), []);
  return open ? <Field all={all} show={show} /> : null;
}

function Field({ all, show }: { all: readonly Message[]; show: (at: number | null) => void }): JSX.Element {
  const field = useRef<HTMLInputElement>(null);
  const [search, setSearch] = useState("");
  const [id, setId] = useState<string | null>(null);
  const hits = places(all.map((message) => message.text), search);
  const at = id === null ? -1 : all.findIndex((message) => message.id === id);
  useEffect(() => field.current?.focus(), []);
  const to = (place: number | null): void => {
    setId(place === null ? null : (all[place]?.id ?? null));
    show(place);
  };
  const typed = (next: string): void => {
    setSearch(next);
    to(nextOf(places(all.map((message) => message.text), next), null, -1));
  };
  const step = (by: 1 | -1): void => to(nextOf(hits, at, by));
  const close = (): void => {
    show(null);
    finding.set(false);
    document.querySelector<HTMLElement>(".transcript")?.focus();
  };
  const pressed = (event: KeyboardEvent): void => {
    if (event.key === "Escape") close();
    else if (event.key === "Enter" || event.key === "ArrowUp" || event.key === "ArrowDown") {
      step((event.key === "Enter" && event.shiftKey) || event.key === "ArrowDown" ? 1 : -1);
    } else return;
    event.preventDefault();
  };
  const number = hits.indexOf(at);
  return (
    <div class="find" role="search">
      <input
        ref={field}
        type="search"
        aria-label={t("find.label")}
        placeholder={t("find.label")}
        value={search}
        onInput={(event) => typed(event.currentTarget.value)}
        onKeyDown={pressed}
      />
      <p role="status">
        {search.trim() !== "" && (hits.length === 0 ? t("find.none") : t("find.count", { n: hits.length - number, all: hits.length }))}
      </p>
      <button type="button" class="bare up" disabled={hits.length === 0} aria-label={t("find.older")} onClick={() => step(-1)}>
        <Icon name="back" />
      </button>
      <button type="button" class="bare down" disabled={hits.length === 0} aria-label={t("find.newer")} onClick={() => step(1)}>
        <Icon name="back" />
      </button>
      <button type="button" class="bare" aria-label={t("find.close")} onClick={close}>
        <Icon name="close" />
      </button>
    </div>
  );
}
