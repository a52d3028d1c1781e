import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { keepDraft } from "../logic/kept";
import { named, t } from "../logic/words";
import { Icon } from "../parts/icons";
import type { QueueItem } from "../types";
import { reply } from "../work";

const LONGEST = 8 * 1024;

interface Props {
  item: QueueItem;
  text: string;
  onText: (text: string) => void;
  disabled: boolean;
}

export function Composer({ item, text, onText, disabled }: Props): JSX.Element {
  const field = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    const element = field.current;
    if (!element) return;
    element.style.height = "auto";
    element.style.height = `${Math.min(element.scrollHeight + 2, 200)}px`;
  }, [text]);
  const surplus = new TextEncoder().encode(text).length - LONGEST;
  const ready = text.trim() !== "" && surplus <= 0 && !disabled;
  const submit = (): void => {
    if (!ready) return;
    onText("");
    void reply(text);
  };
  const pressed = (event: KeyboardEvent): void => {
    if (event.key === "Escape") field.current?.blur();
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    submit();
  };
  const typed = (next: string): void => {
    keepDraft(item.reference, next);
    onText(next);
  };
  return (
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
        aria-invalid={surplus > 0}
        placeholder={t("composer.placeholder", { language: named("language", item.language) })}
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
  );
}
