import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { reports } from "../../api-reports";
import { go } from "../../desk";
import { said } from "../../logic/errors";
import { named } from "../../logic/words";
import { Deadline } from "../../parts/Deadline";
import { useCell } from "../../parts/hooks";
import { dialog, note, route, session } from "../../state";
import type { QueueItem } from "../../types";
import { b } from "../../words/board";
import { BoardCard } from "./card";

/** What agents have in hand: to listen to, to take over, to give to somebody else. */
export function Held({ items }: { items: readonly QueueItem[] }): JSX.Element {
  const [trouble, setTrouble] = useState<string | null>(null);
  return (
    <BoardCard title={b("held")}>
      {trouble && (
        <p class="trouble" role="alert">
          {trouble}
        </p>
      )}
      {items.length === 0 && <p class="quiet">{b("held_none")}</p>}
      <ul class="board-held">
        {items.map((item) => (
          <Row key={item.reference} item={item} onTrouble={setTrouble} />
        ))}
      </ul>
    </BoardCard>
  );
}

function Row({ item, onTrouble }: { item: QueueItem; onTrouble: (trouble: string | null) => void }): JSX.Element {
  const { reference } = item;
  const me = useCell(session)?.agent.id;
  const listening = useCell(route).reference === reference;
  const mine = item.agent?.id === me;
  const active = item.state === "active";
  return (
    <li class={listening ? "here" : undefined}>
      <div class="held-what">
        <button type="button" class="link code" onClick={() => void go({ view: "queue", reference })}>
          {reference}
        </button>
        <strong>{item.customer_label}</strong>
        <span class="quiet">{item.agent && b("with", { agent: item.agent.name })}</span>
        <span class="quiet small">
          {named("state", item.state)} · {named("channel", item.channel)} · {named("language", item.language)}
        </span>
        <Deadline item={item} />
      </div>
      {!mine && (
        <div class="held-acts">
          <button type="button" aria-label={b("listen_label", { reference })} aria-pressed={listening} onClick={() => void go({ view: "board", reference })}>
            {b("listen")}
          </button>
          {active && (
            <>
              <button type="button" aria-label={b("take_label", { reference })} onClick={() => void takeOver(item).then(onTrouble)}>
                {b("take")}
              </button>
              <button type="button" aria-label={b("give_label", { reference })} onClick={() => void give(reference)}>
                {b("give")}
              </button>
            </>
          )}
        </div>
      )}
    </li>
  );
}

/** Takes the chat and goes to it; the words of what went wrong otherwise. */
export async function takeOver({ reference, version }: Pick<QueueItem, "reference" | "version">): Promise<string | null> {
  try {
    await reports.takeOver(reference, version);
  } catch (error) {
    return said(error);
  }
  note.set(b("taken", { reference }));
  await go({ view: "queue", reference });
  return null;
}

async function give(reference: string): Promise<void> {
  await go({ view: "queue", reference });
  dialog.set("reassign");
}
