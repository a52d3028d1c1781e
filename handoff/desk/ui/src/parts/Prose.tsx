import type { JSX } from "preact";
import { partsOf } from "../logic/prose";

/** An approved answer as the customer reads it, without its marks. */
export function Prose({ text }: { text: string }): JSX.Element {
  return <>{partsOf(text).map((part) => (part.strong ? <strong key={part.text}>{part.text}</strong> : part.text))}</>;
}
