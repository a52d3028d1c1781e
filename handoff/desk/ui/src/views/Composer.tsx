import type { JSX, RefObject } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { keepDraft } from "../logic/kept";
import { named, t } from "../logic/words";
import { answered, placed, type Change } from "../logic/writing/drafting";
import { unfilled } from "../logic/writing/places";
import { costOf } from "../logic/writing/segments";
import { keepUses, usesIn, usesLeft } from "../logic/writing/uses";
import { useCell, useNarrow } from "../parts/hooks";
import { Icon } from "../parts/icons";
import { keysOn, open } from "../state";
import type { QueueItem } from "../types";
import { reply } from "../work";
import { Picker } from "./writing/Picker";
import { HINT, Suggestion } from "./writing/Suggestion";
import { CostWarning, Tools, Unfilled, type Kind } from "./writing/Tools";
import type { Option } from "./writing/useFound";
import { useHelp } from "./writing/useHelp";
import { useSuggestions } from "./writing/useSuggestions";

const LONGEST = 8 * 1024;

interface Props {
  item: QueueItem;
  text: string;
  onText: (text: string) => void;
  disabled: boolean;
}

export function Composer({ item, text, onText, disabled }: Props): JSX.Element {
  const field = useRef<HTMLTextAreaElement>(null);
  useGrowing(field, text);
  const narrow = useNarrow(760);
  const [picking, setPicking] = useState<Kind | null>(null);
  const help = useHelp(item, !disabled);
  const byKey = useCell(keysOn);
  const made = usesLeft(item.reference, text).length > 0;
  const suggestions = useSuggestions(useCell(open), text, disabled || made || picking !== null);
  const surplus = new TextEncoder().encode(text).length - LONGEST;
  const places = unfilled(text);
  const most = item.channel === "sms" ? help.max_segments : null;
  const over = most !== null && costOf(text + help.tail).segments > most;
  const ready = text.trim() !== "" && surplus <= 0 && places.length === 0 && !over && !disabled;

  const typed = (next: string): void => {
    keepDraft(item.reference, next);
    onText(next);
  };
  const submit = (): void => {
    const [place] = places;
    if (place !== undefined) select(field.current, place);
    if (!ready) return;
    const uses = usesLeft(item.reference, text);
    keepUses(item.reference, []);
    onText("");
    void reply(text, uses);
  };
  const put = (change: Change): void => {
    insert(field.current, change, typed);
    const [place] = unfilled(change.text);
    if (place !== undefined) select(field.current, place);
  };
  const suggest = (): void => {
    const answer = suggestions.shown;
    if (!answer) return;
    keepUses(item.reference, [...usesIn(item.reference), answer]);
    put(answered(text, caretOf(field.current, text), answer.text, answer.by === "typed"));
  };
  const picked = ({ words, token, name }: Option): void => {
    setPicking(null);
    if (token !== null) keepUses(item.reference, [...usesIn(item.reference), { token, text: words, title: name }]);
    put(placed(text, caretOf(field.current, text), words));
  };
  const close = (instead?: string): void => {
    setPicking(null);
    field.current?.focus();
    if (instead !== undefined) typed(instead);
  };
  const pressed = (event: KeyboardEvent): void => {
    const act = actOf(event, { suggested: suggestions.shown !== null, byKey, empty: text === "" });
    if (act === null) return;
    event.preventDefault();
    ({ send: submit, suggest, hide: suggestions.hide, pick: () => setPicking("replies"), leave: () => field.current?.blur() })[act]();
  };
  return (
    <div class="writing">
      {picking && (
        <Picker item={item} kind={picking} values={help.values} choose={setPicking} insert={picked} close={close} />
      )}
      <Suggestion suggestions={suggestions} language={item.language} byKey={byKey} insert={suggest} />
      <form
        class="composer"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <textarea
          id="composer"
          ref={field}
          rows={1}
          dir="auto"
          lang={item.language}
          value={text}
          disabled={disabled}
          aria-label={t("composer.label", { customer: item.customer_label })}
          aria-describedby={suggestions.shown ? HINT : undefined}
          aria-invalid={surplus > 0 || places.length > 0 || over}
          placeholder={t(narrow ? "composer.placeholder_short" : "composer.placeholder", { language: named("language", item.language) })}
          onInput={(event) => typed(event.currentTarget.value)}
          onKeyDown={pressed}
        />
        <button class="primary send" disabled={!ready} aria-label={t("composer.send")}>
          <Icon name="send" />
        </button>
        {surplus > 0 && (
          <p class="trouble" role="alert">
            {t("composer.too_long", { n: surplus })}
          </p>
        )}
      </form>
      <Unfilled places={places} show={(place) => select(field.current, place)} />
      {item.channel === "sms" && <CostWarning text={text} tail={help.tail} most={most} mend={typed} />}
      <Tools
        disabled={disabled}
        open={picking}
        choose={(kind) => setPicking(picking === kind ? null : kind)}
        sms={item.channel === "sms" ? { text, tail: help.tail, most } : null}
      />
    </div>
  );
}

function useGrowing(field: RefObject<HTMLTextAreaElement>, text: string): void {
  useLayoutEffect(() => {
    const element = field.current;
    if (!element) return;
    element.style.height = "auto";
    element.style.height = `${Math.min(element.scrollHeight + 2, 200)}px`;
  }, [text]);
}

type Act = "send" | "suggest" | "hide" | "pick" | "leave";

function actOf(event: KeyboardEvent, now: { suggested: boolean; byKey: boolean; empty: boolean }): Act | null {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return null;
  if (event.key === "Escape") return now.suggested ? "hide" : "leave";
  if (event.shiftKey && event.key !== "/") return null;
  if (event.key === "Enter") return "send";
  if (event.key === "Tab") return now.suggested && now.byKey ? "suggest" : null;
  return event.key === "/" && now.empty ? "pick" : null;
}

function caretOf(field: HTMLTextAreaElement | null, text: string): number {
  return field ? field.selectionStart : text.length;
}

/** As if it were typed, so that the browser's own undo takes it back. */
function insert(field: HTMLTextAreaElement | null, { from, to, text }: Change, typed: (next: string) => void): void {
  if (!field) return;
  field.focus();
  field.setSelectionRange(from, to);
  if (document.execCommand("insertText", false, text)) return;
  field.setRangeText(text, from, to, "end");
  typed(field.value);
}

function select(field: HTMLTextAreaElement | null, place: string): void {
  const at = field?.value.indexOf(place) ?? -1;
  if (!field || at < 0) return;
  field.focus();
  field.setSelectionRange(at, at + place.length);
}
