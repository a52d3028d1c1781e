import type { JSX } from "preact";
import { write } from "../logic/kept";
import { t, type Word } from "../logic/words";
import { Dialog } from "../parts/Dialog";
import { useCell } from "../parts/hooks";
import { keysOn } from "../state";
import { MoreKeys } from "./MoreKeys";

const SHOWN: readonly (readonly [string, Word])[] = [
  ["j", "keys.next"],
  ["k", "keys.previous"],
  ["c", "keys.claim"],
  ["a", "keys.accept"],
  ["d", "keys.decline"],
  ["r", "keys.reply"],
  ["n", "keys.note"],
  ["e", "keys.resolve"],
  ["t", "keys.transfer"],
  ["b", "keys.return"],
  ["p", "keys.callback"],
  ["l", "keys.call"],
  ["1 2 3 4", "keys.attempt"],
  ["f", "keys.find"],
  ["u", "keys.undo"],
  ["/", "keys.search"],
  ["Esc", "keys.leave"],
  ["?", "keys.help"],
  ["Enter", "keys.send"],
  ["Shift Enter", "keys.newline"],
  ["Tab", "keys.insert"],
];

export function Keys({ onClose }: { onClose: () => void }): JSX.Element {
  const on = useCell(keysOn);
  const choose = (): void => {
    write("keys", on ? "off" : "on");
    keysOn.set(!on);
  };
  return (
    <Dialog title={t("keys.title")} onClose={onClose}>
      <dl class="keys">
        {SHOWN.map(([keys, word]) => (
          <div key={keys}>
            <dt>
              {keys.split(" ").map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{t(word)}</dd>
          </div>
        ))}
      </dl>
      <MoreKeys />
      <label class="pair">
        {t("keys.on")}
        <input type="checkbox" checked={on} onChange={choose} />
      </label>
    </Dialog>
  );
}
