import type { JSX } from "preact";
import { LANGUAGES, spokenPlaces, type Form } from "../../logic/knowledge/form";
import { t } from "../../logic/words";
import type { Kind, Spoken } from "../../types-knowledge";
import { Field, labelOf, type Writing } from "./Fields";
import { FollowUps } from "./FollowUps";
import { SmsShown, WebShown } from "./Shown";
import type { Looked } from "./usePreview";

const HINTS: Readonly<Record<string, Parameters<typeof t>[0]>> = {
  "title.*": "field.title_hint",
  "answers.*.web": "field.web_hint",
  "texts.*.web": "field.web_hint",
  "answers.*.sms": "field.sms_hint",
  "texts.*.sms": "field.sms_hint",
  "phrasings.*": "field.phrasings_hint",
  "source.document.*": "field.source_hint",
};
const ROWS: Readonly<Record<string, number>> = {
  "answers.*.web": 5,
  "texts.*.web": 3,
  "answers.*.sms": 3,
  "texts.*.sms": 3,
  "phrasings.*": 10,
  "near.*": 14,
  "far.*": 14,
};

interface Props {
  kind: Kind;
  writing: Writing;
  looked: Looked;
}

/** Both languages side by side, place by place; under an answer, how it looks. */
export function Editor({ kind, writing, looked }: Props): JSX.Element {
  return (
    <div class="pairs">
      {spokenPlaces(kind).map((place) => (
        <section class="pair-of" key={place} aria-label={labelOf(place)}>
          {LANGUAGES.map((language) => (
            <Side key={language} place={place} language={language} writing={writing} looked={looked} />
          ))}
        </section>
      ))}
      {kind === "entry" && <FollowUps writing={writing} />}
      {looked.trouble && (
        <p class="quiet" role="status">
          {t("preview.old", { message: looked.trouble })}
        </p>
      )}
    </div>
  );
}

interface SideProps {
  place: string;
  language: Spoken;
  writing: Writing;
  looked: Looked;
}

function Side({ place, language, writing, looked }: SideProps): JSX.Element {
  const here = place.replace("*", language);
  const hint = HINTS[place];
  const shown = looked.preview?.languages[language];
  return (
    <div class="side">
      <Field
        writing={writing}
        place={here}
        label={labelOf(place)}
        language={language}
        {...(hint ? { hint: t(hint) } : {})}
        {...(ROWS[place] ? { rows: ROWS[place] } : {})}
      />
      {place === "phrasings.*" && <p class="quiet tally">{t("field.phrasings_count", { n: linesIn(writing.form[here]) })}</p>}
      {place.endsWith(".web") && <WebShown text={shown?.web ?? null} source={sourceOf(writing.form, language)} language={language} />}
      {place.endsWith(".sms") && <SmsShown sms={shown?.sms ?? null} language={language} />}
    </div>
  );
}

function linesIn(text = ""): number {
  return text.split("\n").filter((line) => line.trim() !== "").length;
}

export function sourceOf(form: Form, language: Spoken): string {
  return [form[`source.document.${language}`], form[`source.section.${language}`]].filter(Boolean).join(" · ");
}
