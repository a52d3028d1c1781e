import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { dayAndHour, serverNow } from "../logic/clock";
import { language, t } from "../logic/words";
import type { Message } from "../types";
import { session, type OpenCase } from "../state";
import { markSeen, send } from "../work";
import { Colleagues, CustomerTypes, Reached, useAround } from "./extras/Around";
import { Find } from "./chat/Find";
import { NoteBox } from "./extras/NoteBox";
import { Said } from "./Said";

const NEAR = 80;
const PAGE = 200;
const ALL = 2000; // what the server gives of a chat

interface TranscriptProps {
  shown: OpenCase;
  onDrop: (id: string) => void;
  /** Read by somebody who listens: nobody hears of it. */
  quiet?: boolean;
}

/** The log. It follows the newest message unless the agent has scrolled up to read. */
export function Transcript({ shown, onDrop, quiet = false }: TranscriptProps): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const [below, setBelow] = useState(false);
  const [most, setMost] = useState(PAGE);
  const [sought, setSought] = useState<string | null>(null);
  const kept = useRef<number | null>(null); // how far from the end the agent was as earlier ones were asked for
  const all = shown.found?.transcript ?? [];
  const messages = all.slice(-most);
  const earlier = all.length - messages.length;
  const newest = `${all.at(-1)?.id} ${shown.sending.length}`; // not how many: the server gives the newest ones only
  useLayoutEffect(() => {
    if (atEnd.current) toEnd(box.current);
  });
  useEffect(() => {
    if (!atEnd.current) setBelow(true);
  }, [newest]);
  useEffect(() => {
    if (!box.current) return undefined;
    const observer = new ResizeObserver(() => atEnd.current && toEnd(box.current));
    observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    const look = (): void => void markSeen();
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, []);
  const earlierOnes = (): void => {
    const element = box.current;
    if (element) kept.current = element.scrollHeight - element.scrollTop;
    setMost(most + PAGE);
  };
  useLayoutEffect(() => {
    if (box.current && kept.current !== null) box.current.scrollTop = box.current.scrollHeight - kept.current;
    kept.current = null;
  }, [most]);
  const show = (at: number | null): void => {
    if (at !== null) {
      atEnd.current = false;
      setMost(Math.max(most, all.length - at + PAGE / 2));
    }
    setSought(at === null ? null : (all[at]?.id ?? null));
  };
  useLayoutEffect(() => {
    const element = sought === null ? null : document.getElementById(`m-${sought}`);
    element?.classList.add("sought");
    element?.scrollIntoView({ block: "center" });
    return () => element?.classList.remove("sought");
  }, [sought]);
  const scrolled = (): void => {
    const element = box.current;
    if (!element) return;
    atEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR;
    if (atEnd.current) setBelow(false);
  };
  const me = session.value?.agent.name;
  useAround(shown.reference, quiet);
  return (
    <>
      <Colleagues />
      <Find all={all} show={show} />
      <div class="transcript" ref={box} onScroll={scrolled} tabIndex={0} role="log" aria-label={t("chat.log")}>
        {earlier === 0 && all.length >= ALL && <p class="quiet oldest">{t("chat.oldest")}</p>}
        {earlier > 0 && (
          <button type="button" class="earlier" onClick={earlierOnes}>
            {t("chat.earlier", { n: earlier })}
          </button>
        )}
        <ol>
          {messages.map((message, index) => (
            <Day key={message.id} message={message} before={messages[index - 1]}>
              <Said message={message} mine={message.author === "agent" && message.agent === me} />
            </Day>
          ))}
          {shown.sending.map((each) => (
            <Unsent key={each.client_id} shown={shown} each={each} onDrop={onDrop} />
          ))}
        </ol>
        {below && (
          <button type="button" class="newer" onClick={() => toEnd(box.current)}>
            {t("chat.newer")}
          </button>
        )}
      </div>
      <CustomerTypes found={shown.found} />
      {shown.found && <Reached found={shown.found} />}
      <div class="note-place">
        <NoteBox key={shown.reference} reference={shown.reference} />
      </div>
    </>
  );
}

function toEnd(element: HTMLElement | null): void {
  if (element) element.scrollTop = element.scrollHeight;
}

interface DayProps {
  message: Message;
  before: Message | undefined;
  children: JSX.Element;
}

/** A line with the day wherever a new one begins. */
function Day({ message, before, children }: DayProps): JSX.Element {
  const day = (at: string): string => new Date(at).toDateString();
  if (before && day(before.at) === day(message.at)) return children;
  const words = dayAndHour(Date.parse(message.at), serverNow(), language.value).replace(/ \S+$/, "");
  return (
    <>
      <li class="day">{words}</li>
      {children}
    </>
  );
}

interface UnsentProps {
  shown: OpenCase;
  each: OpenCase["sending"][number];
  onDrop: (id: string) => void;
}

function Unsent({ shown, each, onDrop }: UnsentProps): JSX.Element {
  return (
    <li class="said agent unsent">
      <p class="bubble" dir="auto">
        {each.text}
      </p>
      {each.failed ? (
        <p class="delivery failed" role="alert">
          {t("delivery.unconfirmed")}{" "}
          <button type="button" class="link" onClick={() => void send(shown.reference, each.client_id)}>
            {t("delivery.retry")}
          </button>{" "}
          <button type="button" class="link" onClick={() => onDrop(each.client_id)}>
            {t("delivery.drop")}
          </button>
        </p>
      ) : (
        <p class="delivery">{t("delivery.sending")}</p>
      )}
    </li>
  );
}
