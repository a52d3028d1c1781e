import type { JSX } from "preact";
import { named, t } from "../../logic/words";
import { Icon } from "../../parts/icons";
import { Written } from "../../parts/Written";
import type { Sms, Spoken } from "../../types-knowledge";

/** An answer in the bubble of the widget, with its source. */
export function WebShown({ text, source, language }: { text: string | null; source?: string; language: Spoken }): JSX.Element {
  return (
    <figure class="shown" aria-label={t("preview.web", { language: named("language", language) })}>
      {text ? (
        <div class="bubble web" lang={language}>
          <Written text={text} />
          {source && (
            <p class="source">
              <Icon name="source" />
              <span>{t("chat.source", { title: source })}</span>
            </p>
          )}
        </div>
      ) : (
        <p class="quiet">{t("preview.none")}</p>
      )}
    </figure>
  );
}

/** A text message with what it costs: segments, encoding, and the characters that make it dear. */
export function SmsShown({ sms, language }: { sms: Sms | null; language: Spoken }): JSX.Element {
  return (
    <figure class="shown" aria-label={t("preview.sms", { language: named("language", language) })}>
      {sms ? (
        <>
          <p class="bubble sms" lang={language} dir="auto">
            {sms.text}
          </p>
          <figcaption class={sms.segments > 2 ? "cost dear" : "cost"}>
            <span>
              {sms.segments === 1 ? t("preview.one_segment") : t("preview.segments", { n: sms.segments })} · {sms.encoding} ·{" "}
              {t("preview.units", { n: sms.units })}
            </span>
            {sms.outside_gsm && <span class="deadline near">{t("preview.outside", { characters: [...sms.outside_gsm].join(" ") })}</span>}
          </figcaption>
        </>
      ) : (
        <p class="quiet">{t("preview.none")}</p>
      )}
    </figure>
  );
}
