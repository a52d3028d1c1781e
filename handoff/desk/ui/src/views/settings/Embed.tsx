import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { type Chosen, NOTHING, policyOf, previewOf, snippetOf } from "../../logic/settings/embed";
import { named, t } from "../../logic/words";
import { useCell } from "../../parts/hooks";
import { draft } from "./editing";
import { languages, ListField, Section } from "./fields";
import "../../styles/embed.css";

const CHOICES = { position: ["", "left"], launcher: ["", "hidden"], scheme: ["", "light", "dark"] } as const;

/** The widget's line with its options, the sites that may show it, and the widget itself. */
export function Embed(): JSX.Element {
  const [chosen, choose] = useState<Chosen>(NOTHING);
  const set = (name: keyof Chosen) => (value: string) => choose({ ...chosen, [name]: value });
  return (
    <>
      <Line chosen={chosen} />
      <Section title={t("embed.options")} hint={t("embed.options_hint")}>
        <div class="set-pair">
          <Language value={chosen.language} onChange={set("language")} />
          {(Object.keys(CHOICES) as (keyof typeof CHOICES)[]).map((name) => (
            <Choice
              key={name}
              name={name}
              value={chosen[name]}
              options={CHOICES[name].map((value) => [value, named(`embed.${name}`, value)])}
              onChange={set(name)}
            />
          ))}
          <Text name="accent" value={chosen.accent} onChange={set("accent")} hint={t("embed.accent_hint")} />
          <Text name="radius" value={chosen.radius} onChange={set("radius")} mode="numeric" />
          <Text name="inline" value={chosen.inline} onChange={set("inline")} hint={t("embed.inline_hint")} />
          <Text name="layer" value={chosen.layer} onChange={set("layer")} mode="numeric" />
        </div>
      </Section>
      <Section title={t("embed.sites")}>
        <ListField path={["sites"]} label={t("set.sites")} kind="site" hint={t("set.sites_hint")} rows={3} />
      </Section>
      <Section title={t("embed.policy")} hint={t("embed.policy_hint")}>
        <code class="embed-code">{policyOf(location.origin)}</code>
      </Section>
      <Preview address={previewOf(chosen)} />
    </>
  );
}

function Line({ chosen }: { chosen: Chosen }): JSX.Element {
  const [copied, setCopied] = useState("");
  const line = snippetOf(location.origin, chosen);
  const copy = async (): Promise<void> => {
    await navigator.clipboard?.writeText(line);
    setCopied(line);
  };
  return (
    <Section title={t("embed.line")} hint={t("embed.line_hint")}>
      <code class="embed-code" id="embed-line" tabIndex={0}>
        {line}
      </code>
      <div class="embed-acts">
        {navigator.clipboard && (
          <button type="button" class="primary" onClick={() => void copy()}>
            {t("embed.copy")}
          </button>
        )}
        <span role="status">{copied === line ? t("embed.copied") : ""}</span>
      </div>
    </Section>
  );
}

interface FieldProps {
  name: keyof Chosen;
  value: string;
  onChange: (value: string) => void;
}

function Choice({ name, value, options, onChange }: FieldProps & { options: [string, string][] }): JSX.Element {
  const id = `embed-${name}`;
  return (
    <div class="set-field">
      <label for={id}>{named("embed", name)}</label>
      <select id={id} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {options.map(([each, label]) => (
          <option key={each} value={each}>
            {label}
          </option>
        ))}
      </select>
    </div>
  );
}

/** Of the languages that the business speaks. */
function Language(props: Omit<FieldProps, "name">): JSX.Element {
  const spoken = (useCell(draft)?.["languages"] ?? []) as readonly string[];
  const known = languages().filter(([code]) => spoken.includes(code));
  return <Choice {...props} name="language" options={[["", t("embed.language.")], ...known.map(([code, name]): [string, string] => [code, name])]} />;
}

function Text({ name, value, onChange, hint, mode = "text" }: FieldProps & { hint?: string; mode?: "text" | "numeric" }): JSX.Element {
  const id = `embed-${name}`;
  return (
    <div class="set-field">
      <label for={id}>{named("embed", name)}</label>
      <input
        id={id}
        inputMode={mode}
        autocomplete="off"
        spellcheck={false}
        value={value}
        aria-describedby={hint && `${id}-hint`}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
      {hint && (
        <p class="quiet" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

/** Only when it is asked for: it is a page of its own, with a chat that begins when it is opened. */
function Preview({ address }: { address: string }): JSX.Element {
  const [shown, show] = useState(false);
  return (
    <Section title={t("embed.preview")} hint={t("embed.preview_hint")}>
      {shown ? (
        <iframe class="embed-preview" key={address} src={address} title={t("embed.preview")} allow="clipboard-write" />
      ) : (
        <button type="button" onClick={() => show(true)}>
          {t("embed.preview_show")}
        </button>
      )}
    </Section>
  );
}
