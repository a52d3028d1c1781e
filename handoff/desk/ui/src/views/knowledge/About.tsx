import type { JSX } from "preact";
import { named, t } from "../../logic/words";
import { useCell } from "../../parts/hooks";
import type { Content, Kind } from "../../types-knowledge";
import { Field, type Writing } from "./Fields";
import { topics } from "./List";

interface Props {
  kind: Kind;
  writing: Writing;
  fresh: boolean;
}

/** What is said once, not in each language. */
export function About({ kind, writing, fresh }: Props): JSX.Element {
  const known = useCell(topics);
  return (
    <section class="panel" aria-labelledby="about-title">
      <h2 id="about-title">{t("entry.about")}</h2>
      {fresh && <Field writing={writing} place="id" label={t("field.id")} hint={t("field.id_hint")} />}
      {kind === "entry" && <Field writing={writing} place="topic" label={t("field.topic")} hint={t("field.topic_hint")} list="topics" />}
      <datalist id="topics">
        {known.map((topic) => (
          <option key={topic} value={topic} />
        ))}
      </datalist>
      <Field writing={writing} place="owner" label={t("field.owner")} />
      <Field writing={writing} place="review_by" label={t("field.review_by")} type="date" />
      {kind === "entry" && <Choices writing={writing} />}
    </section>
  );
}

function Choices({ writing }: { writing: Writing }): JSX.Element {
  return (
    <>
      <div class="field">
        <label for="field-audience">{t("field.audience")}</label>
        <select
          id="field-audience"
          value={writing.form["audience"] || "everyone"}
          onChange={(event) => writing.set("audience", event.currentTarget.value === "customers" ? "customers" : "")}
        >
          <option value="everyone">{t("field.audience_everyone")}</option>
          <option value="customers">{t("field.audience_customers")}</option>
        </select>
      </div>
      <label class="choice">
        <input
          type="checkbox"
          checked={writing.form["suggested"] === "yes"}
          onChange={(event) => writing.set("suggested", event.currentTarget.checked ? "yes" : "")}
        />
        <span>{t("field.suggested")}</span>
      </label>
    </>
  );
}

interface Spec {
  kind: string;
  optional?: boolean;
  example?: string | number;
  labels?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** The values that the company's systems put into the text; shown, not edited here. */
export function Values({ content, id = "values-title" }: { content: Content; id?: string }): JSX.Element | null {
  const specs = Object.entries((content["values"] ?? {}) as Readonly<Record<string, Spec>>);
  if (specs.length === 0) return null;
  return (
    <section class="panel" aria-labelledby={id}>
      <h2 id={id}>{t("values.title")}</h2>
      <p class="quiet small">{t("values.hint")}</p>
      <dl class="values">
        {specs.map(([name, spec]) => (
          <div key={name}>
            <dt>
              <code>{`{${name}}`}</code>
            </dt>
            <dd>{described(spec)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function described(spec: Spec): string {
  const parts = [named("values.kind", spec.kind)];
  if (spec.optional) parts.push(t("values.optional"));
  if (spec.example !== undefined) parts.push(t("values.example", { example: spec.example }));
  if (spec.labels) parts.push(Object.keys(spec.labels).join(", "));
  return parts.join(" · ");
}
