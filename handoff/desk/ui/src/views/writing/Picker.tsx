import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { named, t } from "../../logic/words";
import { hashOf } from "../../logic/routes";
import type { QueueItem } from "../../types";
import type { Kind } from "./Tools";
import { useFound, type Option } from "./useFound";

interface Props {
  item: QueueItem;
  kind: Kind;
  values: Readonly<Record<string, string>>;
  choose: (kind: Kind) => void;
  insert: (option: Option) => void;
  /** `typed`: what goes into the composer instead. */
  close: (typed?: string) => void;
}

const KINDS: readonly Kind[] = ["replies", "answers"];

/** Finds a canned reply or an approved answer by words: arrows walk, Enter inserts, Escape closes. */
export function Picker({ item, kind, values, choose, insert, close }: Props): JSX.Element {
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const { options, trouble, ready } = useFound(item, kind, typed, values);
  const field = useRef<HTMLInputElement>(null);
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => field.current?.focus(), [kind]); // before the next key
  useEffect(() => setAt(0), [kind, typed]);
  const here = options[Math.min(at, options.length - 1)];
  const walk = (step: number): void => {
    if (options.length > 0) setAt((Math.min(at, options.length - 1) + step + options.length) % options.length);
  };
  const pressed = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    const act = {
      ArrowDown: () => walk(1),
      ArrowUp: () => walk(-1),
      Enter: () => here && insert(here),
      Escape: () => close(),
      "/": () => kind === "replies" && typed === "" && close("/"),
    }[event.key];
    if (!act || (event.key === "/" && (kind !== "replies" || typed !== ""))) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };
  const left = (event: FocusEvent): void => {
    const to = event.relatedTarget;
    if (to instanceof Node && !box.current?.contains(to) && !(to as Element).closest(".tools")) close();
  };
  const label = t(kind === "replies" ? "write.find_reply" : "write.find_answer");
  return (
    <div class="picker" ref={box} onFocusOut={left} onKeyDown={(event) => event.key === "Escape" && pressed(event)}>
      <header>
        <div class="picker-kinds" role="group" aria-label={t("write.kinds")}>
          {KINDS.map((each) => (
            <button key={each} type="button" aria-pressed={each === kind} onClick={() => choose(each)}>
              {t(`write.${each}`)}
            </button>
          ))}
        </div>
        <a href={hashOf({ view: "replies", reference: null })}>{t("write.manage")}</a>
      </header>
      <input
        ref={field}
        id="picker"
        role="combobox"
        type="text"
        autocomplete="off"
        aria-label={label}
        aria-expanded={options.length > 0}
        aria-autocomplete="list"
        aria-controls="picker-list"
        aria-activedescendant={here ? `picker-${here.key}` : undefined}
        placeholder={t(kind === "replies" ? "write.find_reply_hint" : "write.find_answer_hint")}
        value={typed}
        onInput={(event) => setTyped(event.currentTarget.value)}
        onKeyDown={pressed}
      />
      <p class="quiet picker-found" role="status">
        {trouble ?? (ready && said(options.length, kind, typed, item.language))}
      </p>
      <ul id="picker-list" role="listbox" aria-label={label} hidden={options.length === 0}>
        {options.map((each) => (
          <Choice key={each.key} option={each} language={item.language} chosen={each === here} insert={insert} />
        ))}
      </ul>
    </div>
  );
}

function said(number: number, kind: Kind, typed: string, language: string): string {
  if (number > 0) return t("write.found", { n: number });
  const empty = kind === "replies" && typed.trim() === "";
  return empty ? t("write.no_replies", { language: named("language", language) }) : t("write.none");
}

interface ChoiceProps {
  option: Option;
  language: string;
  chosen: boolean;
  insert: (option: Option) => void;
}

function Choice({ option, language, chosen, insert }: ChoiceProps): JSX.Element {
  return (
    <li
      id={`picker-${option.key}`}
      role="option"
      aria-selected={chosen}
      ref={(element) => {
        if (chosen) element?.scrollIntoView({ block: "nearest" });
      }}
      onPointerDown={(event) => event.preventDefault()} // the field keeps the focus
      onClick={() => insert(option)}
    >
      <p class="picker-name">
        <strong lang={option.token ? language : undefined}>{option.name}</strong> <span class="quiet">{option.about}</span>
      </p>
      <p class="picker-text" lang={language} dir="auto">
        {option.text}
      </p>
    </li>
  );
}
