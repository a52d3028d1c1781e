import type { JSX } from "preact";
import { t } from "../../logic/words";
import { NumberField, Section } from "./fields";

const COUNTS = ["fuel", "refusals", "questions", "attempts"] as const;
const COSTS = ["false_offer", "false_handoff", "missed"] as const;

/** When the bot steps aside. */
export function Detection(): JSX.Element {
  return (
    <>
      <Section title={t("set.detection.counts")}>
        <div class="set-pair">
          {COUNTS.map((each) => (
            <NumberField key={each} path={["detection", each]} label={t(`set.detection.${each}`)} min={1} max={20} />
          ))}
        </div>
      </Section>
      <Section title={t("set.detection.costs")} hint={t("set.detection.costs_hint")}>
        <div class="set-pair">
          {COSTS.map((each) => (
            <NumberField key={each} path={["detection", "costs", each]} label={t(`set.detection.costs.${each}`)} min={0} step={0.1} />
          ))}
        </div>
      </Section>
      <Section title={t("set.detection.limits")} hint={t("set.detection.limits_hint")}>
        <div class="set-pair">
          <NumberField path={["detection", "offer"]} label={t("set.detection.offer")} kind="strength" min={0} max={1} step={0.05} />
          <NumberField path={["detection", "handoff"]} label={t("set.detection.handoff")} kind="strength" min={0} max={1} step={0.05} />
        </div>
        <p class="quiet">{t("set.detection.signals_hint")}</p>
      </Section>
    </>
  );
}
