import type { JSX } from "preact";
import { dayAndHour, hourOf, serverNow } from "../logic/clock";
import { language, named, t } from "../logic/words";
import { Icon } from "../parts/icons";
import { Prose } from "../parts/Prose";
import { pure } from "../parts/pure";
import type { Entry, Message } from "../types";
import { Attachments } from "./extras/Attachments";

/** One message of the transcript: who said it, when, and where a bot's answer comes from. */
function view({ message, mine }: { message: Message; mine: boolean }): JSX.Element {
  if (message.author === "system") return <Notice message={message} />;
  if (message.kind === "note") return <NoteOf message={message} />;
  const failed = message.delivery === "dead" || message.delivery === "superseded";
  return (
    <li id={`m-${message.id}`} class={`said ${message.author}`}>
      <p class="by">
        <strong>{speaker(message, mine)}</strong> <Hour at={message.at} />
        {message.by === "sms" && ` · ${t("attached.by_text")}`}
      </p>
      {(message.text !== "" || !message.attachments?.length) && (
        <p class="bubble" lang={message.language} dir="auto">
          {message.author === "bot" ? <Prose text={message.text} /> : message.text}
        </p>
      )}
      {message.attachments && message.attachments.length > 0 && <Attachments all={message.attachments} />}
      {message.entry && <Source entry={message.entry} />}
      {message.suggested?.map((use) => <MadeOf key={use.id} use={use} />)}
      {message.choices && message.choices.length > 0 && (
        <p class="choices" aria-label={t("chat.choices")}>
          {message.choices.map((choice) => (
            <span key={choice.value} lang={message.language}>
              {choice.label}
            </span>
          ))}
        </p>
      )}
      {message.author === "agent" && message.delivery && (
        <p class={failed ? "delivery failed" : "delivery"}>
          {failed && <Icon name="alert" />}
          {named("delivery", message.delivery)}
        </p>
      )}
    </li>
  );
}

export const Said = pure(view);

/** Between agents. */
function NoteOf({ message }: { message: Message }): JSX.Element {
  return (
    <li id={`m-${message.id}`} class="said agent note-of-agent">
      <p class="by">
        <Icon name="shield" /> <span class="badge">{t("note.badge")}</span>
        {t("chat.note", { agent: message.agent ?? "" })} <Hour at={message.at} />
      </p>
      <p class="bubble" dir="auto">
        {message.text}
      </p>
    </li>
  );
}

function Notice({ message }: { message: Message }): JSX.Element {
  return (
    <li id={`m-${message.id}`} class="said system">
      <p lang={message.language} dir="auto">
        {message.text}
      </p>
      <Hour at={message.at} />
    </li>
  );
}

function Hour({ at }: { at: string }): JSX.Element {
  const instant = Date.parse(at);
  return (
    <time dateTime={at} title={dayAndHour(instant, serverNow(), language.value)}>
      {hourOf(instant, language.value)}
    </time>
  );
}

export function Source({ entry }: { entry: Entry }): JSX.Element {
  return (
    <p class="source">
      <Icon name="source" />
      <span title={`${entry.id} · v${entry.version} · ${entry.source}`}>
        {t("chat.source", { title: entry.title || entry.id })}
      </span>
    </p>
  );
}

/** An approved answer that an agent's words were made of. */
function MadeOf({ use }: { use: NonNullable<Message["suggested"]>[number] }): JSX.Element {
  return (
    <p class="source">
      <Icon name="book" />
      <span title={`${use.id} · v${use.version}`}>
        {t(use.used === "as_is" ? "write.used" : "write.used_edited", { title: use.title })}
      </span>
    </p>
  );
}

function speaker(message: Message, mine: boolean): string {
  if (message.author === "agent") return mine ? t("chat.you") : (message.agent ?? named("you.role", "agent"));
  return t(message.author === "bot" ? "chat.bot" : "chat.customer");
}
