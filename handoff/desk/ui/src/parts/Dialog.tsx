import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../logic/words";
import { Icon } from "./icons";

interface Props {
  title: string;
  onClose: (() => void) | null;
  children: ComponentChildren;
}

/** A modal window of the browser itself: focus stays inside, Escape closes it unless it must be answered. */
export function Dialog({ title, onClose, children }: Props): JSX.Element {
  const box = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = box.current;
    if (element && !element.open) element.showModal();
    element?.querySelector<HTMLElement>("input:not(:disabled), textarea, button.primary")?.focus();
    return () => element?.close();
  }, []);
  const cancel = (event: Event): void => {
    event.preventDefault();
    onClose?.();
  };
  return (
    <dialog ref={box} class="dialog" aria-labelledby="dialog-title" onCancel={cancel}>
      <header>
        <h2 id="dialog-title">{title}</h2>
        {onClose && (
          <button type="button" class="bare" aria-label={t("act.close")} onClick={onClose}>
            <Icon name="close" />
          </button>
        )}
      </header>
      {children}
    </dialog>
  );
}
