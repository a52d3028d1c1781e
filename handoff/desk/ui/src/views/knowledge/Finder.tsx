import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { matching, type Option } from "../../logic/knowledge/titles";
import { t } from "../../logic/words";

const MOST = 50;

interface Props {
  id: string;
  label: string;
  hint: string;
  options: readonly Option[];
  choose: (id: string) => void;
}

/** A field that finds one of many by its words: arrows walk, Enter takes, Escape closes. */
export function Finder({ id, label, hint, options, choose }: Props): JSX.Element {
  const [text, setText] = useState("");
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(0);
  const found = open ? matching(options, text).slice(0, MOST) : [];
  const here = found[at];
  const take = (option: Option | undefined): void => {
    if (!option) return;
    setText("");
    setOpen(false);
    choose(option.id);
  };
  const walk = (step: number): void => {
    setAt(open && found.length > 0 ? (at + step + found.length) % found.length : 0);
    setOpen(true);
  };
  const pressed = (event: KeyboardEvent): void => {
    const act = { ArrowDown: () => walk(1), ArrowUp: () => walk(-1), Enter: () => take(here), Escape: () => setOpen(false) }[event.key];
    if (!act || (event.key === "Escape" && !open)) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };
  return (
    <div class="finder field">
      <label for={id}>{label}</label>
      <input
        id={id}
        role="combobox"
        type="text"
        autocomplete="off"
        placeholder={hint}
        value={text}
        aria-expanded={found.length > 0}
        aria-autocomplete="list"
        aria-controls={`${id}-list`}
        aria-activedescendant={here ? `${id}-${here.id}` : undefined}
        onInput={(event) => {
          setText(event.currentTarget.value);
          setAt(0);
          setOpen(true);
        }}
        onClick={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={pressed}
      />
      <ul id={`${id}-list`} role="listbox" aria-label={label} hidden={found.length === 0}>
        {found.map((each, index) => (
          <li
            key={each.id}
            id={`${id}-${each.id}`}
            ref={(element) => {
              if (index === at) element?.scrollIntoView({ block: "nearest" });
            }}
            role="option"
            aria-selected={index === at}
            onPointerDown={(event) => {
              event.preventDefault(); // the field keeps the focus
              take(each);
            }}
          >
            {each.title} <span class="quiet small">{each.id}</span>
          </li>
        ))}
      </ul>
      <p class="quiet small" role="status">
        {open && (found.length > 0 ? t("finder.found", { n: found.length }) : t("finder.none"))}
      </p>
    </div>
  );
}
