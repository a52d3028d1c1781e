import { useEffect, useReducer, useRef } from "preact/hooks";
import type { Cell } from "../logic/cell";

/** What `pick` takes from the cell; the component is drawn again only when that is another than before. */
export function usePicked<T, P>(cell: Cell<T>, pick: (value: T) => P, same: (a: P, b: P) => boolean = Object.is): P {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const latest = useRef<{ pick: (value: T) => P; picked: P }>();
  let picked = pick(cell.value);
  if (latest.current && same(latest.current.picked, picked)) picked = latest.current.picked;
  latest.current = { pick, picked };
  useEffect(() => {
    const look = (): void => {
      const known = latest.current;
      if (known && !same(known.picked, known.pick(cell.value))) redraw(undefined);
    };
    look(); // it may have changed since it was drawn
    return cell.listen(look);
  }, [cell]);
  return picked;
}

/** Whether both lists have the same elements in the same order. */
export function sameList<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((each, at) => Object.is(each, b[at]));
}
