import type { ComponentChildren, JSX } from "preact";
import { go } from "../desk";
import { dayAndHour, hourOf, serverNow, theirHour } from "../logic/clock";
import { language, named, reasonOf, t, type Word } from "../logic/words";
import { useCell, useNow } from "../parts/hooks";
import { Icon } from "../parts/icons";
import { Prose } from "../parts/Prose";
import { open } from "../state";
import type { Case } from "../types";
import { Source } from "./Said";

/** One look: who, what they want, why a person, what was tried, what we know. */
export function Packet({ onBack }: { onBack: () => void }): JSX.Element | null {
  const found = useCell(open)?.found;
  if (!found) return null;
  return (
    <aside class="packet" aria-label={t("packet.title")}>
      <header class="head">
        <button type="button" class="bare back" aria-label={t("chat.to_chat")} onClick={onBack}>
          <Icon name="back" />
        </button>
        <h1>{found.item.customer_label}</h1>
      </header>
      <div class="parts">
        <Notes found={found} />
        <Want found={found} />
        <Why found={found} />
        <PromiseOf found={found} />
        <Contact found={found} />
        <Facts found={found} />
        <TriedBefore found={found} />
        <Earlier found={found} />
        <EarlierNotes found={found} />
        <About found={found} />
      </div>
    </aside>
  );
}

function Part({ title, children }: { title: Word; children: ComponentChildren }): JSX.Element {
  return (
    <section class="part">
      <h2>{t(title)}</h2>
      {children}
    </section>
  );
}

function when(at: string): string {
  return dayAndHour(Date.parse(at), serverNow(), language.value);
}

/** What the agent before left for whoever takes it. */
function Notes({ found }: { found: Case }): JSX.Element {
  return (
    <>
      {notesOf(found, true).map((note) => (
        <section class="part" key={note.id}>
          <h2>{t("packet.note", { agent: note.agent ?? "" })}</h2>
          <blockquote class="note-left" dir="auto">
            {note.text}
          </blockquote>
          <small class="quiet">{when(note.at)}</small>
        </section>
      ))}
    </>
  );
}

function notesOf(found: Case, here: boolean): Case["notes"] {
  return found.notes.filter((note) => (note.reference === found.item.reference) === here);
}

/** What was noted in the customer's cases before this one. */
function EarlierNotes({ found }: { found: Case }): JSX.Element | null {
  const notes = notesOf(found, false);
  if (notes.length === 0) return null;
  return (
    <Part title="packet.note_earlier">
      <ul class="plain">
        {notes.map((note) => (
          <li key={note.id}>
            <blockquote class="note-left" dir="auto">
              {note.text}
            </blockquote>
            <small class="quiet">
              {note.agent} · {when(note.at)} · {note.reference}
            </small>
          </li>
        ))}
      </ul>
    </Part>
  );
}

function Want({ found }: { found: Case }): JSX.Element {
  return (
    <Part title="packet.want">
      {found.want ? (
        <blockquote lang={found.item.language} dir="auto">
          {found.want}
        </blockquote>
      ) : (
        <p class="quiet">{t("packet.want_none")}</p>
      )}
    </Part>
  );
}

function Why({ found }: { found: Case }): JSX.Element {
  return (
    <Part title="packet.why">
      <ul class="plain">
        {found.why.map((signal, index) => (
          <li key={index}>
            <span class={signal.kind.startsWith("urgency.") ? "badge high" : "badge"}>
              {reasonOf(signal.kind)}
            </span>
            {signal.evidence && (
              <q lang={signal.language} dir="auto">
                {signal.evidence}
              </q>
            )}
          </li>
        ))}
        {found.why.length === 0 && <li>{reasonOf(found.item.reason)}</li>}
      </ul>
    </Part>
  );
}

function PromiseOf({ found }: { found: Case }): JSX.Element | null {
  const { promise } = found;
  if (!promise) return null;
  const late = Date.parse(promise.due_at) <= serverNow();
  return (
    <Part title="packet.promise">
      <dl>
        <Fact name={t("packet.due")}>
          <strong class={late ? "late" : undefined}>{when(promise.due_at)}</strong>
          {promise.breaches > 0 && <span class="late"> · {t("packet.missed", { n: promise.breaches })}</span>}
        </Fact>
        {promise.message && promise.message !== found.want && <Fact name={t("packet.message")}>{promise.message}</Fact>}
        {promise.attempts.length > 0 && (
          <Fact name={t("packet.attempts")}>
            <ul class="plain">
              {promise.attempts.map((each) => (
                <li key={each.at}>
                  {when(each.at)} · {named("attempt", each.outcome)}
                  {each.agent && ` · ${each.agent}`}
                </li>
              ))}
            </ul>
          </Fact>
        )}
      </dl>
    </Part>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd dir="auto">{children}</dd>
    </div>
  );
}

function Contact({ found }: { found: Case }): JSX.Element | null {
  if (found.contact.length === 0) return null;
  return (
    <Part title="packet.contact">
      <dl>
        {found.contact.map((each) => (
          <Fact key={each.kind + each.value} name={named("contact", each.kind)}>
            <Reach kind={each.kind} value={each.value} />{" "}
            {(each.kind === "phone" || each.kind === "email") && (
              <small class="quiet">{t(each.proven ? "packet.proven" : "packet.typed")}</small>
            )}
          </Fact>
        ))}
      </dl>
      {found.masked && <p class="quiet">{t("packet.masked")}</p>}
    </Part>
  );
}

/** A link to call or write, unless the value is masked for this role. */
export function Reach({ kind, value }: { kind: string | null; value: string }): JSX.Element {
  if (kind === "phone" && /^\+?[\d ()-]{4,}$/.test(value)) return <a href={`tel:${value.replace(/[^+\d]/g, "")}`}>{value}</a>;
  if (kind === "email" && /^[^\s@*•]+@[^\s@*•]+$/.test(value)) return <a href={`mailto:${encodeURIComponent(value)}`}>{value}</a>;
  return <span>{value}</span>;
}

function Facts({ found }: { found: Case }): JSX.Element | null {
  if (found.facts.length === 0) return null;
  return (
    <Part title="packet.facts">
      <dl>
        {found.facts.map((fact) => (
          <Fact key={fact.name} name={named("fact", fact.name)}>
            {fact.value}{" "}
            <small class="quiet">{t(fact.confirmed ? "packet.confirmed_by" : "packet.unconfirmed")}</small>
          </Fact>
        ))}
      </dl>
    </Part>
  );
}

function TriedBefore({ found }: { found: Case }): JSX.Element {
  return (
    <Part title="packet.tried">
      {found.tried.length === 0 && <p class="quiet">{t("packet.tried_none")}</p>}
      <ol class="tried">
        {found.tried.map((each) => (
          <li key={each.at + each.answer}>
            {each.question && (
              <p lang={found.item.language} dir="auto">
                “{each.question}”
              </p>
            )}
            <p class="answer" lang={found.item.language} dir="auto">
              <Prose text={each.answer} />
            </p>
            {each.entry && <Source entry={each.entry} />}
          </li>
        ))}
      </ol>
    </Part>
  );
}

function Earlier({ found }: { found: Case }): JSX.Element | null {
  if (found.earlier.length === 0) return null;
  return (
    <Part title="packet.earlier">
      <ul class="plain">
        {found.earlier.map((each) => (
          <li key={each.reference}>
            <button
              type="button"
              class="link code"
              onClick={() => void go({ view: "queue", reference: each.reference })}
            >
              {each.reference}
            </button>{" "}
            {when(each.opened_at)} · {named("state", each.state)}
            {each.outcome && ` · ${named("resolve", each.outcome)}`}
            {each.topic && ` · ${each.topic}`}
          </li>
        ))}
      </ul>
    </Part>
  );
}

function About({ found }: { found: Case }): JSX.Element {
  const { item } = found;
  return (
    <Part title="packet.title">
      <dl>
        <Fact name={t("packet.waiting_since")}>{when(item.waiting_since)}</Fact>
        <Fact name={t("packet.language")}>
          {named("language", item.language)}{" "}
          <small class="quiet">{t(found.language_known ? "packet.language_known" : "packet.language_guessed")}</small>
        </Fact>
        <Fact name={t("packet.their_time")}>
          <TheirTime zone={found.time_zone} />
        </Fact>
        <Fact name={t("packet.channel")}>{named("channel", item.channel)}</Fact>
        <Fact name={t("packet.limits")}>
          {limitsOf(found).map((line) => (
            <p key={line}>{line}</p>
          ))}
        </Fact>
        {item.rung > 0 && <Fact name={t("packet.rung")}>{item.rung}</Fact>}
      </dl>
    </Part>
  );
}

function TheirTime({ zone }: { zone: string | null }): JSX.Element {
  const now = useNow();
  const there = theirHour(zone, now, language.value);
  if (there) return <>{there}</>;
  return <>{zone ? t("packet.time_same", { time: hourOf(now, language.value) }) : t("packet.time_unknown")}</>;
}

/** What whoever answers should know of the channel. */
function limitsOf({ item, reach }: Case): string[] {
  const sms = item.channel === "sms";
  const lines = [
    sms && reach.page && t("packet.limit_moved", { phone: reach.phone ?? "" }),
    sms && reach.opted_out && t("packet.limit_opted_out"),
    sms ? t("packet.limit_sms") : t("packet.limit_web"),
  ];
  return lines.filter((line) => line !== false);
}
