import type { JSX } from "preact";
import { t } from "../../logic/words";
import { CheckField, languages, ListField, NumberField, Section, SetField, TextField } from "./fields";

export function Business(): JSX.Element {
  return (
    <>
      <Section title={t("set.business.who")}>
        <TextField path={["name"]} label={t("set.name")} />
        <SetField path={["languages"]} label={t("set.languages")} hint={t("set.languages_hint")} options={languages()} />
        <div class="set-pair">
          <TextField path={["time_zone"]} label={t("set.time_zone")} kind="zone" hint={t("set.time_zone_hint")} />
          <TextField path={["country"]} label={t("set.country")} kind="country" hint={t("set.country_hint")} />
          <TextField path={["region"]} label={t("set.region")} kind="country" hint={t("set.region_hint")} />
          <TextField path={["emergency"]} label={t("set.emergency")} kind="phone" hint={t("set.emergency_hint")} />
        </div>
        <ListField path={["sites"]} label={t("set.sites")} kind="site" hint={t("set.sites_hint")} rows={3} />
      </Section>
      <Section title={t("set.business.desk")}>
        <div class="set-pair">
          <NumberField path={["desk", "capacity"]} label={t("set.desk.capacity")} hint={t("set.desk.capacity_hint")} min={1} max={100} />
          <NumberField path={["undo_seconds"]} label={t("set.undo_seconds")} hint={t("set.undo_seconds_hint")} min={0} max={60} />
        </div>
        <SetField
          path={["desk", "second_factor"]}
          label={t("set.desk.second_factor")}
          hint={t("set.desk.second_factor_hint")}
          options={(["admin", "supervisor", "agent"] as const).map((role) => [role, t(`set.role.${role}`)])}
        />
        <CheckField path={["knowledge", "self_approval"]} label={t("set.knowledge.self_approval")} hint={t("set.knowledge.self_approval_hint")} />
      </Section>
    </>
  );
}
