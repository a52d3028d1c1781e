/** What a notice says: what happened, and what to do about it. */
import type { Alert } from "../types";
import { language, named, t } from "./words";

export function happened(notice: Alert): string {
  if (notice.kind === "review_due") return t("notice.review_due", notice.data);
  if (notice.kind === "shift_over" && notice.data.owner) return t("notice.shift_of_over", notice.data);
  if (notice.kind === "shift_over") return t("notice.shift_over", { owner: notice.data["owner"] ?? "" });
  const { found, found_es } = notice.data;
  return (language.value === "es" ? found_es : found) ?? named("notice", notice.kind);
}

/** The carrier's own advice when there is some, in the reader's language; else what the kind asks for. */
export function toDo(notice: Alert): string {
  const { code, message, message_es } = notice.data;
  const advice = language.value === "es" ? message_es : message;
  if (advice) return advice;
  return code === "opted_out" || code === "erased" ? t(`todo.${code}`) : named("todo", notice.kind);
}
