import { useEffect, useReducer, useRef, useState } from "preact/hooks";
import { Cell } from "../logic/cell";
import { serverNow } from "../logic/clock";

/** The cell's value; the component is drawn again when it changes. */
export function useCell<T>(cell: Cell<T>): T {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const seen = useRef(cell.value);
  seen.current = cell.value;
  useEffect(() => {
    if (!Object.is(seen.current, cell.value)) redraw(undefined);
    return cell.listen(() => redraw(undefined));
  }, [cell]);
  return cell.value;
}

const second = new Cell(0);
setInterval(() => second.update((count) => count + 1), 1000);

/** The server's time in milliseconds, new every second. */
export function useNow(): number {
  useCell(second);
  return serverNow();
}

/** Whether the window is at most `width` pixels wide. */
export function useNarrow(width: number): boolean {
  const query = `(max-width: ${width}px)`;
  const [narrow, setNarrow] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const list = matchMedia(query);
    const tell = (): void => setNarrow(list.matches);
    tell();
    list.addEventListener("change", tell);
    return () => list.removeEventListener("change", tell);
  }, [query]);
  return narrow;
}
