import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { knowledge } from "../../api-knowledge";
import { FOLLOW_UPS, LANGUAGES, targetsOf } from "../../logic/knowledge/form";
import { learnTitles, targetOptions, titleById } from "../../logic/knowledge/titles";
import { language, t } from "../../logic/words";
import { useRead } from "../../parts/reading";
import { Field, type Writing } from "./Fields";
import { Finder } from "./Finder";
import { Trouble } from "./Knowledge";

const FINDER = "follow-up-target";
const EVERYTHING = { q: "", state: "", topic: "" };

/** What customers ask next after this answer, and the answer that each of it leads to; both languages side by side. */
export function FollowUps({ writing }: { writing: Writing }): JSX.Element {
  const { found, trouble } = useRead(() => knowledge.list(EVERYTHING), []);
  const [gone, setGone] = useState<string | null>(null);
  const [, redraw] = useState(0);
  useEffect(() => {
    learnTitles(found?.entries ?? []);
    redraw((count) => count + 1);
  }, [found]);
  const targets = targetsOf(writing.form);
  const own = writing.form["id"] ?? "";
  const chosen = targets.join("\n");
  const options = useMemo(() => targetOptions(found?.entries ?? [], own, targets, language.value), [found, own, chosen, language.value]);
  const put = (next: readonly string[]): void => writing.set(FOLLOW_UPS, next.join("\n"));
  const add = (id: string): void => {
    setGone(null);
    put([...targets, id]);
    focusOn(`field-${FOLLOW_UPS}-${id}-${language.value}`);
  };
  const takeOut = (id: string): void => {
    setGone(id);
    put(targets.filter((each) => each !== id));
    focusOn(FINDER);
  };
  return (
    <section class="follow-ups" aria-labelledby="follow-ups-title">
      <h2 id="follow-ups-title">{t("field.follow_ups")}</h2>
      <p class="quiet small">{t("field.follow_ups_hint")}</p>
      {targets.map((id) => (
        <Target key={id} id={id} writing={writing} takeOut={takeOut} />
      ))}
      {trouble && <Trouble>{trouble}</Trouble>}
      <p class="quiet small" role="status">
        {gone && t("follow.taken_out", { answer: titleById(gone, language.value) })}
      </p>
      <Finder id={FINDER} label={t("follow.add")} hint={t("follow.add_hint")} options={options} choose={add} />
    </section>
  );
}

interface TargetProps {
  id: string;
  writing: Writing;
  takeOut: (id: string) => void;
}

function Target({ id, writing, takeOut }: TargetProps): JSX.Element {
  const answer = titleById(id, language.value);
  return (
    <fieldset class="target">
      <legend>
        {t("follow.leads", { answer })} {answer !== id && <span class="quiet small">{id}</span>}
      </legend>
      {LANGUAGES.map((each) => (
        <Field
          key={each}
          writing={writing}
          place={`${FOLLOW_UPS}.${id}.${each}`}
          label={t("follow.words")}
          language={each}
          rows={3}
        />
      ))}
      <button type="button" class="take-out" aria-label={t("follow.take_out_named", { answer })} onClick={() => takeOut(id)}>
        {t("follow.take_out")}
      </button>
    </fieldset>
  );
}

/** Once what was asked for is drawn. */
function focusOn(id: string): void {
  requestAnimationFrame(() => document.getElementById(id)?.focus());
}
