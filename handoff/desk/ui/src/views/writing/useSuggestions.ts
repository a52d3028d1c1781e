import { useEffect, useState } from "preact/hooks";
import { writing } from "../../api-writing";
import { heard, lastLine, told } from "../../logic/writing/drafting";
import { useSettled } from "../../parts/settled";
import type { OpenCase } from "../../state";
import type { SuggestedAnswer } from "../../types-writing";

const PAUSE = 350;

export interface Suggestions {
  shown: SuggestedAnswer | null;
  /** Where it stands among those that are not hidden, from 1. */
  at: number;
  number: number;
  next: () => void;
  hide: () => void;
}

/** Approved answers to what the customer waits for, or to the line that is being typed. None is never an error. */
export function useSuggestions(shown: OpenCase | null, draft: string, off: boolean): Suggestions {
  const found = shown?.found ?? null;
  const asking = found?.why.map((signal) => signal.evidence) ?? [];
  const said = found ? heard(found.transcript, asking, found.want) : "";
  const typed = useSettled(lastLine(draft), PAUSE);
  const [answers, setAnswers] = useState<readonly SuggestedAnswer[]>([]);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [at, setAt] = useState(0);
  const quiet = off || !found || (shown?.sending.length ?? 0) > 0 || (said.trim() === "" && typed.trim() === "");
  const reference = found?.item.reference;
  useEffect(() => {
    if (quiet || !found) {
      setAnswers([]);
      return undefined;
    }
    let current = true;
    const { language, channel } = found.item;
    const situation = { said: said.slice(-4000), typed: typed.slice(-400), language, channel, but: told(found.transcript) };
    void writing.suggest(situation).then(
      (answer) => current && setAnswers(answer.answers),
      () => current && setAnswers([]),
    );
    return () => {
      current = false;
    };
  }, [quiet, said, typed, reference]);
  useEffect(() => setHidden(new Set()), [said, reference]);
  const ids = answers.map((answer) => answer.id).join(" ");
  useEffect(() => setAt(0), [ids]);
  const left = quiet ? [] : answers.filter((answer) => !hidden.has(answer.id));
  const index = left.length > 0 ? at % left.length : 0;
  return {
    shown: left[index] ?? null,
    at: index + 1,
    number: left.length,
    next: () => setAt(index + 1),
    hide: () => setHidden(new Set([...hidden, ...left.map((answer) => answer.id)])),
  };
}
