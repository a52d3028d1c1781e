import { useCallback, useRef, useState } from "preact/hooks";
import { freshIn, sameOrder, size, type Order } from "../logic/steadying";

export interface Steady {
  order: Order;
  still: boolean;
  /** What has come and is not shown yet. */
  fresh: readonly string[];
  /** Lets what has come in now, even under the pointer. */
  settle: () => void;
  hold: {
    onPointerMove: (event: PointerEvent) => void;
    onPointerOver: (event: PointerEvent) => void;
    onPointerLeave: (event: PointerEvent) => void;
    onFocusIn: (event: FocusEvent) => void;
    onFocusOut: () => void;
  };
}

/** `asked`: what the agent has asked to see; another question is answered at once.
 *
 * While the pointer or the keyboard's focus is on a row the list stands still: nothing moves from under it.
 */
export function useSteady(now: Order, asked: string): Steady {
  const [pointed, setPointed] = useState(false);
  const [focused, setFocused] = useState(false);
  const [, redraw] = useState(0);
  const shown = useRef(now);
  const question = useRef(asked);
  const still = (pointed || focused) && size(shown.current) > 0 && question.current === asked;
  question.current = asked;
  if (!still && !sameOrder(shown.current, now)) shown.current = now;
  const newest = useRef(now);
  newest.current = now;
  const settle = useCallback(() => {
    shown.current = newest.current;
    redraw((count) => count + 1);
  }, []);
  return {
    order: shown.current,
    still,
    fresh: still ? freshIn(shown.current, now) : [],
    settle,
    hold: {
      // A pointer that rests where rows come to lie points at none of them: it must have moved there.
      onPointerMove: (event) => {
        if (event.pointerType !== "touch") setPointed(onRow(event.target));
      },
      onPointerOver: (event) => {
        if (!onRow(event.target)) setPointed(false);
      },
      onPointerLeave: () => setPointed(false),
      onFocusIn: (event) => setFocused(onRow(event.target) && event.target instanceof Element && event.target.matches(":focus-visible")),
      onFocusOut: () => setFocused(false),
    },
  };
}

function onRow(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(".group li") !== null;
}
