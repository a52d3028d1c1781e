import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { settingsApi } from "../../api-settings";
import { said } from "../../logic/errors";
import { language, t } from "../../logic/words";
import { ApiError } from "../../api";
import type { Sending } from "../../types-settings";

const AGAIN = 700;
const ENDED = ["sent", "dead", "superseded"];

export type Way = "email" | "sms" | "webhook";

/** Follows a message until it has ended; `read` asks how it fares. */
export function useSending(id: string | null, read: (id: string) => Promise<Sending>): Sending | null {
  const [seen, setSeen] = useState<Sending | null>(null);
  useEffect(() => {
    setSeen(null);
    if (!id) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let wanted = true;
    const look = async (): Promise<void> => {
      const found = await read(id).catch(() => null);
      if (!wanted) return;
      if (found) setSeen(found);
      if (!found || !ENDED.includes(found.status)) timer = setTimeout(() => void look(), AGAIN);
    };
    void look();
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [id]);
  return seen;
}

export function sayHow(seen: Sending | null): string {
  if (!seen) return t("set.test.pending");
  if (seen.status === "dead") return t("set.test.dead", { why: (language.value === "es" ? seen.message_es : seen.message) || seen.code || "?" });
  return t(`set.test.${seen.status}`);
}

/** "Send a test", and how it went, in place. */
export function TestButton({ way, target }: { way: Way; target: string }): JSX.Element {
  const [id, setId] = useState<string | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const seen = useSending(id, settingsApi.tested);
  const send = async (): Promise<void> => {
    setTrouble(null);
    setId(null);
    try {
      setId((await settingsApi.test(way, target)).id);
    } catch (error) {
      setTrouble(error instanceof ApiError && error.fields["target"] ? t(`set.wrong.${way === "sms" ? "phone" : way}`) : said(error));
    }
  };
  return (
    <span class="set-test">
      <button type="button" disabled={!target.trim()} onClick={() => void send()}>
        {t("set.test")}
        <span class="hidden"> ({target})</span>
      </button>
      <span role="status" class={trouble || seen?.status === "dead" ? "set-wrong" : seen?.status === "sent" ? "set-good" : "quiet"}>
        {trouble ?? (id ? sayHow(seen) : "")}
      </span>
    </span>
  );
}
