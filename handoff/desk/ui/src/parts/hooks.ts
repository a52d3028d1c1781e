import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useReducer, useRef, useState } from "preact/hooks";
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

export interface Face {
  name: string;
  text: string;
}

/** An element whose class and text are new every second, without drawing its component again. */
export function useTicking(face: (now: number) => Face): RefObject<HTMLSpanElement> {
  const element = useRef<HTMLSpanElement>(null);
  const latest = useRef(face);
  latest.current = face;
  useLayoutEffect(() => wear(element.current, latest.current));
  useEffect(() => second.listen(() => wear(element.current, latest.current)), []);
  return element;
}

function wear(element: HTMLElement | null, face: (now: number) => Face): void {
  if (!element) return;
  const { name, text } = face(serverNow());
  if (element.className !== name) element.className = name;
  if (element.textContent !== text) element.textContent = text;
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
