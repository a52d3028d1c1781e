import { useEffect, useRef, useState } from "preact/hooks";
import { reports } from "../../api-reports";
import { said } from "../../logic/errors";
import { useCell } from "../../parts/hooks";
import { changed, presence } from "../../state";
import type { Board } from "../../types-reports";

const AGAIN = 15_000;
const SOON = 1_000;

export interface Live {
  facts: Board | null;
  trouble: string | null;
  again: () => void;
}

/** Read at once, a second after the stream tells of a change (at most once a second, however many come), and by itself. */
export function useBoard(): Live {
  const [facts, setFacts] = useState<Board | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const waiting = useRef<ReturnType<typeof setTimeout> | null>(null);
  const here = useRef(true);
  const read = async (): Promise<void> => {
    try {
      const found = await reports.board();
      if (!here.current) return;
      setFacts(found);
      setTrouble(null);
    } catch (error) {
      if (here.current) setTrouble(said(error));
    }
  };
  const soon = (delay: number): void => {
    if (waiting.current !== null) return;
    waiting.current = setTimeout(() => {
      waiting.current = null;
      void read();
    }, delay);
  };
  useEffect(() => {
    here.current = true;
    void read();
    const timer = setInterval(() => soon(0), AGAIN);
    return () => {
      here.current = false;
      clearInterval(timer);
      if (waiting.current !== null) clearTimeout(waiting.current);
      waiting.current = null;
    };
  }, []);
  const change = useCell(changed);
  const there = useCell(presence);
  useEffect(() => {
    if (facts !== null) soon(SOON);
  }, [change, there]);
  return { facts, trouble, again: () => void read() };
}
