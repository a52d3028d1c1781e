/** Settings in words: what a path is called, and what a value says. */
import { en, type Word } from "../../words/en";
import { dayOf } from "../../parts/days";
import { named, t } from "../words";

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/** "Answered within (high)" of `levels.high.answer_by`; a path that has no word is shown as it is. */
export function labelOf(path: string): string {
  const steps = path.split(".");
  const [head = "", second = "", third = ""] = steps;
  const dated = /^exceptions\[(.*)\]$/.exec(path);
  if (dated) return t("set.exception_on", { date: dayOf(dated[1] ?? "") });
  if (head === "hours" && DAYS.includes(second)) return t("set.hours_on", { day: named("set.day", second) });
  if (head === "levels" && third) return `${named("set.levels", third)} (${named("set.urgency", second)})`;
  if (head === "notify" && third) return `${named("set.notify", second)}: ${named("set.notify", third)}`;
  const word = `set.${path}`;
  return word in en ? t(word as Word) : path;
}

export function valueOf(value: unknown): string {
  if (value === null || value === undefined || value === "") return t("set.value.none");
  if (value === true || value === false) return t(value ? "set.value.on" : "set.value.off");
  if (Array.isArray(value)) return value.length > 0 ? value.map(valueOf).join(", ") : t("set.value.empty");
  if (typeof value === "object") return dated(value as { intervals?: string[]; name?: Record<string, string> });
  return String(value);
}

/** A day that is not like its weekday. */
function dated({ intervals = [], name = {} }: { intervals?: string[]; name?: Record<string, string> }): string {
  const hours = intervals.length > 0 ? intervals.join(", ") : t("set.closed");
  const names = [...new Set(Object.values(name))].join(" / ");
  return names ? `${hours} (${names})` : hours;
}

/** Who made a version: an agent by name, or from where it came. */
export function whoOf({ by, actor }: { by: string | null; actor: string }): string {
  return by ?? (actor === "operator" ? t("set.by.operator") : actor === "relevo.toml" ? t("set.by.file") : actor);
}
