import type { ComponentChildren, JSX } from "preact";
import { useEffect } from "preact/hooks";
import { go } from "../../desk";
import { hourOf, span } from "../../logic/clock";
import { standing } from "../../logic/board";
import { percent } from "../../logic/reports";
import { language, named, t } from "../../logic/words";
import { Deadline } from "../../parts/Deadline";
import { useCell, useNow } from "../../parts/hooks";
import { cases, live, presence, route } from "../../state";
import "../../styles/board.css";
import type { Obligation } from "../../types";
import type { Board as Facts, BoardAgent } from "../../types-reports";
import { b } from "../../words/board";
import { BoardCard } from "./card";
import { Held } from "./Held";
import { Hours } from "./Hours";
import { Listening } from "./Listening";
import { Teams } from "./Teams";
import { useBoard } from "./useBoard";

/** What goes on now, for supervisors: who waits and who is there from the stream, the rest from a read after it. */
export function Board(): JSX.Element {
  const { facts, trouble, again } = useBoard();
  const { reference } = useCell(route);
  const on = useCell(live);
  useEffect(() => document.getElementById("chat")?.scrollTo?.(0, 0), []);
  return (
    <main class={reference ? "board with-listening" : "board"} id="chat" tabIndex={-1} aria-labelledby="board-title">
      <div class="board-main">
        <header class="head">
          <h1 id="board-title">{b("title")}</h1>
          {facts && <p class="quiet">{b("at", { time: hourOf(Date.parse(facts.at), language.value) })}</p>}
          {!on && <p class="bad">{b("not_live")}</p>}
        </header>
        {trouble && (
          <p class="trouble" role="alert">
            {trouble}
          </p>
        )}
        {facts ? <Whole facts={facts} again={again} /> : !trouble && <p class="opening">{b("loading")}</p>}
      </div>
      {reference && <Listening key={reference} reference={reference} />}
    </main>
  );
}

function Whole({ facts, again }: { facts: Facts; again: () => void }): JSX.Element {
  const now = standing(useCell(cases));
  return (
    <>
      <Figures facts={facts} />
      <div class="board-cards">
        <Held items={now.held} />
        <Agents />
        <Next title={b("broken")} items={facts.broken} none={b("broken_none")} bad />
        <Next title={b("next")} items={facts.next} none={b("next_none")} />
        <Hours today={facts.hours} again={again} />
        <Teams teams={facts.teams} again={again} />
      </div>
    </>
  );
}

function Figures({ facts }: { facts: Facts }): JSX.Element {
  const now = standing(useCell(cases));
  const there = useCell(presence) as readonly BoardAgent[];
  const online = there.filter((each) => each.status === "online").length;
  const { today } = facts;
  return (
    <ul class="board-figures">
      <Figure title={b("waiting")} value={String(now.waiting)}>
        {now.oldest ? <Oldest since={now.oldest} /> : b("nobody_waits")}
      </Figure>
      <Figure title={b("level")} value={percent(today.share, language.value)}>
        {today.cases > 0 ? b("level_basis", { n: today.in_time, all: today.cases }) : b("no_cases")}
      </Figure>
      <Figure title={b("agents")} value={`${online} ${b("online")}`}>
        {b("agents_basis", { n: now.held.length })}
      </Figure>
      <Figure title={b("broken")} value={String(facts.broken_promises)} bad={facts.broken_promises > 0}>
        {b("promises_basis", { n: facts.promises })}
      </Figure>
    </ul>
  );
}

function Oldest({ since }: { since: string }): JSX.Element {
  return <>{b("oldest", { time: span(useNow() - Date.parse(since)) })}</>;
}

interface FigureProps {
  title: string;
  value: string;
  bad?: boolean;
  children: ComponentChildren;
}

function Figure({ title, value, bad = false, children }: FigureProps): JSX.Element {
  return (
    <li class={bad ? "is-bad" : undefined}>
      <span class="quiet">{title}</span>
      <strong>{value}</strong>
      <span class="small quiet">{children}</span>
    </li>
  );
}

function Agents(): JSX.Element {
  const there = useCell(presence) as readonly BoardAgent[];
  return (
    <BoardCard title={b("agents")}>
      {there.length === 0 && <p class="quiet">{b("nobody")}</p>}
      <ul class="board-agents">
        {there.map((each) => (
          <li key={each.agent.id}>
            <span class={`dot ${each.status}`} aria-hidden="true" />
            <span class="who">
              <strong>{each.agent.name}</strong> <span class="quiet small">{situation(each)}</span>
            </span>
            <Load each={each} />
          </li>
        ))}
      </ul>
    </BoardCard>
  );
}

function situation(each: BoardAgent): string {
  const words = [t(`you.${each.status}`)];
  if (each.paused_until) words.push(b("paused", { time: hourOf(Date.parse(each.paused_until), language.value) }));
  if (!each.in_shift) words.push(b("off_shift"));
  return words.join(" · ");
}

function Load({ each }: { each: BoardAgent }): JSX.Element {
  const words = b("load", { n: each.holding, capacity: each.agent.capacity });
  return (
    <span class="load">
      <meter min={0} max={each.agent.capacity} value={each.holding} aria-label={`${each.agent.name}: ${words}`} />
      <span class="small">{words}</span>
    </span>
  );
}

interface NextProps {
  title: string;
  items: readonly Obligation[];
  none: string;
  bad?: boolean;
}

function Next({ title, items, none, bad = false }: NextProps): JSX.Element {
  return (
    <BoardCard title={title}>
      {items.length === 0 ? (
        <p class="quiet">{none}</p>
      ) : (
        <ul class={bad ? "board-next broken-ones" : "board-next"}>
          {items.map((each) => (
            <li key={each.reference}>
              <button type="button" class="link code" onClick={() => void go({ view: each.state === "promised" ? "callbacks" : "queue", reference: each.reference })}>
                {each.reference}
              </button>
              <span>{named("state", each.state)}</span>
              <Deadline item={{ ...each, due_at: each.deadline_at }} />
              <span class="quiet">{each.agent ? b("with", { agent: each.agent }) : ""}</span>
            </li>
          ))}
        </ul>
      )}
    </BoardCard>
  );
}
