import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { go, setStatus, signOut } from "../desk";
import { write } from "../logic/kept";
import { chooseLanguage, language, t, type Language } from "../logic/words";
import { useCell } from "../parts/hooks";
import { chime } from "../sound";
import { dialog, session, sound, status, theme } from "../state";
import { NotifyChoice } from "./NotifyChoice";

export function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  return [words[0], words.length > 1 ? words.at(-1) : ""].map((word) => word?.[0] ?? "").join("").toUpperCase();
}

/** The agent's own corner: status, language, colours, sound, password, sign out. */
export function You(): JSX.Element | null {
  const me = useCell(session);
  const now = useCell(status);
  const [open, setOpen] = useState(false);
  const corner = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!open) return undefined;
    const leave = (event: Event): void => {
      const outside = event.target instanceof Node && !corner.current?.contains(event.target);
      if (outside || (event instanceof KeyboardEvent && event.key === "Escape")) setOpen(false);
    };
    addEventListener("pointerdown", leave);
    addEventListener("keydown", leave);
    return () => {
      removeEventListener("pointerdown", leave);
      removeEventListener("keydown", leave);
    };
  }, [open]);
  if (!me) return null;
  return (
    <div class="you" ref={corner}>
      <button
        type="button"
        class="place"
        aria-expanded={open}
        aria-label={`${t("nav.you", { name: me.agent.name })}. ${t(`you.${now}`)}`}
        onClick={() => setOpen(!open)}
      >
        <span class={`face ${now}`}>{initials(me.agent.name)}</span>
        <span>{t(`you.${now}`)}</span>
      </button>
      {open && <Menu close={() => setOpen(false)} />}
    </div>
  );
}

function Menu({ close }: { close: () => void }): JSX.Element {
  const me = session.value?.agent;
  return (
    <div class="menu" role="group" aria-label={t("you.menu")}>
      <p class="who">
        <strong>{me?.name}</strong> <span class="quiet">{me && t(`you.role.${me.role}`)}</span>
      </p>
      <StatusChoice />
      <LanguageChoice />
      <ThemeChoice />
      <SoundChoice />
      <NotifyChoice />
      <button
        type="button"
        class="line"
        onClick={() => {
          close();
          void go({ view: "replies", reference: null });
        }}
      >
        {t("nav.replies")}
      </button>
      <button
        type="button"
        class="line"
        onClick={() => {
          close();
          dialog.set("password");
        }}
      >
        {t("you.password")}
      </button>
      <button
        type="button"
        class="line"
        onClick={() => {
          close();
          dialog.set("second");
        }}
      >
        {t("you.second_factor")}
      </button>
      <button type="button" class="line" onClick={() => void signOut()}>
        {t("you.sign_out")}
      </button>
    </div>
  );
}

function StatusChoice(): JSX.Element {
  const now = useCell(status);
  return (
    <fieldset>
      <legend>{t("you.status")}</legend>
      {(["online", "away"] as const).map((each) => (
        <label class="choice" key={each}>
          <input type="radio" name="status" checked={now === each} onChange={() => setStatus(each)} />
          <span>
            {t(`you.${each}`)} <small class="quiet">{t(`you.${each}_hint`)}</small>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

function LanguageChoice(): JSX.Element {
  const choose = (event: Event): void => chooseLanguage((event.currentTarget as HTMLSelectElement).value as Language);
  return (
    <label class="pair">
      {t("you.language")}
      <select value={useCell(language)} onChange={choose}>
        <option value="en" lang="en">
          English
        </option>
        <option value="es" lang="es">
          Español
        </option>
      </select>
    </label>
  );
}

function ThemeChoice(): JSX.Element {
  const choose = (event: Event): void => {
    const next = (event.currentTarget as HTMLSelectElement).value;
    write("theme", next);
    theme.set(next);
  };
  return (
    <label class="pair">
      {t("you.theme")}
      <select value={useCell(theme)} onChange={choose}>
        <option value="auto">{t("you.theme_auto")}</option>
        <option value="light">{t("you.theme_light")}</option>
        <option value="dark">{t("you.theme_dark")}</option>
      </select>
    </label>
  );
}

function SoundChoice(): JSX.Element {
  const on = useCell(sound);
  const choose = (): void => {
    write("sound", on ? "off" : "on");
    sound.set(!on);
    if (!on) chime();
  };
  return (
    <label class="pair">
      {t("you.sound")}
      <input type="checkbox" checked={on} onChange={choose} />
    </label>
  );
}
