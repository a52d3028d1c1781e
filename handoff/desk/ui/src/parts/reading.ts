import { useEffect, useState } from "preact/hooks";
import { said } from "../logic/errors";

export interface Read<T> {
  found: T | null;
  trouble: string | null;
  again: () => void;
}

/** What `read` gives, anew whenever one of `on` changes; what was there stays until the new one is. */
export function useRead<T>(read: () => Promise<T>, on: readonly unknown[]): Read<T> {
  const [found, setFound] = useState<T | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const [round, setRound] = useState(0);
  useEffect(() => {
    let wanted = true;
    const take = async (): Promise<void> => {
      try {
        const answer = await read();
        if (!wanted) return;
        setFound(answer);
        setTrouble(null);
      } catch (error) {
        if (wanted) setTrouble(said(error));
      }
    };
    void take();
    return () => {
      wanted = false;
    };
  }, [...on, round]);
  return { found, trouble, again: () => setRound((count) => count + 1) };
}
