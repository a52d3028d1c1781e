import { useEffect, useState } from "preact/hooks";
import { writing } from "../../api-writing";
import { said } from "../../logic/errors";
import { partsOf } from "../../logic/prose";
import { t } from "../../logic/words";
import { matchingReplies } from "../../logic/writing/choosing";
import { filled } from "../../logic/writing/places";
import { useSettled } from "../../parts/settled";
import type { QueueItem } from "../../types";
import type { CannedReply, SuggestedAnswer } from "../../types-writing";
import type { Kind } from "./Tools";

const PAUSE = 200;

/** What can be inserted; `token` only with an approved answer. */
export interface Option {
  key: string;
  name: string;
  about: string;
  /** As it is shown. */
  text: string;
  /** As it is inserted. */
  words: string;
  token: string | null;
}

interface Found {
  options: readonly Option[];
  trouble: string | null;
  ready: boolean;
}

export function useFound(item: QueueItem, kind: Kind, typed: string, values: Readonly<Record<string, string>>): Found {
  const replies = useReplies(kind === "replies");
  const answers = useAnswers(kind === "answers", typed, item);
  if (kind === "answers") return answers;
  const found = matchingReplies(replies.all ?? [], typed, item.language);
  return {
    options: found.map((reply) => optionOf(reply, item.language, values)),
    trouble: replies.trouble,
    ready: replies.all !== null,
  };
}

let known: readonly CannedReply[] | null = null;

/** Those that were read last at once, and then as they are now. */
function useReplies(on: boolean): { all: readonly CannedReply[] | null; trouble: string | null } {
  const [all, setAll] = useState(known);
  const [trouble, setTrouble] = useState<string | null>(null);
  useEffect(() => {
    if (!on) return;
    writing.replies().then(
      (found) => {
        known = found;
        setAll(found);
      },
      (error: unknown) => setTrouble(said(error)),
    );
  }, [on]);
  return { all, trouble };
}

function useAnswers(on: boolean, typed: string, { language, channel }: QueueItem): Found {
  const wanted = useSettled(typed.trim(), PAUSE);
  const [found, setFound] = useState<Found>({ options: [], trouble: null, ready: false });
  useEffect(() => {
    if (!on) return undefined;
    let current = true;
    writing.search(wanted, language, channel).then(
      ({ answers }) => current && setFound({ options: answers.map(answerOption), trouble: null, ready: true }),
      () => current && setFound({ options: [], trouble: t("write.failed"), ready: true }),
    );
    return () => {
      current = false;
    };
  }, [on, wanted, language, channel]);
  return found;
}

function optionOf(reply: CannedReply, language: string, values: Readonly<Record<string, string>>): Option {
  const words = filled(reply.texts[language] ?? "", values);
  const about = [reply.topic, reply.own ? t("write.own") : ""].filter(Boolean).join(" · ");
  return { key: reply.id, name: `/${reply.name}`, about, text: words, words, token: null };
}

function answerOption({ id, title, source, text, token }: SuggestedAnswer): Option {
  const shown = partsOf(text).map((part) => part.text).join("");
  return { key: id, name: title, about: source ?? "", text: shown, words: text, token };
}
