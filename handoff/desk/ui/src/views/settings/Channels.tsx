import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { t } from "../../logic/words";
import { CheckField, ListField, NumberField, Section, TextField, useMay } from "./fields";
import { TestButton, type Way } from "./Test";
import { TryWeb } from "./TryWeb";

export function Channels(): JSX.Element {
  return (
    <>
      <Section title={t("set.channels.web")} hint={t("set.channels.web_hint")}>
        <CheckField path={["channels", "web", "enabled"]} label={t("set.channels.web.enabled")} hint={t("set.channels.restart")} />
        <CheckField path={["channels", "web", "attachments"]} label={t("set.channels.web.attachments")} hint={t("set.channels.web.attachments_hint")} />
        <TryWeb />
      </Section>
      <Section title={t("set.channels.sms")} hint={t("set.channels.sms_hint")}>
        <CheckField path={["channels", "sms", "enabled"]} label={t("set.channels.sms.enabled")} hint={t("set.channels.restart")} />
        <NumberField path={["channels", "sms", "max_segments"]} label={t("set.channels.sms.max_segments")} hint={t("set.channels.sms.max_segments_hint")} min={1} max={10} />
        <NumberField path={["channels", "sms", "per_second"]} label={t("set.channels.sms.per_second")} hint={t("set.channels.sms.per_second_hint")} min={0} max={1000} />
        <TextField path={["channels", "sms", "quiet"]} kind="hours" label={t("set.channels.sms.quiet")} hint={t("set.channels.sms.quiet_hint")} />
        <CheckField path={["channels", "sms", "plain_punctuation"]} label={t("set.channels.sms.plain_punctuation")} hint={t("set.channels.sms.plain_punctuation_hint")} />
        <ListField path={["channels", "sms", "carrier_confirms"]} label={t("set.channels.sms.carrier_confirms")} hint={t("set.channels.sms.carrier_confirms_hint")} />
        <Try way="sms" type="tel" />
      </Section>
      <Section title={t("set.channels.email")} hint={t("set.channels.email_hint")}>
        <Try way="email" type="email" />
      </Section>
    </>
  );
}

/** "Send me a test": to an address of one's own. */
function Try({ way, type }: { way: Exclude<Way, "webhook">; type: string }): JSX.Element | null {
  const [target, setTarget] = useState("");
  if (!useMay()) return null;
  return (
    <div class="set-field">
      <label for={`set-try-${way}`}>{t(`set.try.${way}`)}</label>
      <div class="set-try">
        <input id={`set-try-${way}`} type={type} value={target} autocomplete={type} onInput={(event) => setTarget(event.currentTarget.value)} />
        <TestButton way={way} target={target} />
      </div>
    </div>
  );
}
