import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { chat } from "../../api-chat";
import { t } from "../../logic/words";
import { Dialog } from "../../parts/Dialog";
import { Outcomes } from "../../parts/Outcomes";
import { act } from "../../work";
import { Foot } from "./Foot";

const OUTCOMES = ["solved", "partly", "not_solved", "wrong_channel", "abuse"] as const;

/** How the chat ended, and what it was about: a topic of the approved answers, or own words. */
export function Resolve({ close }: { close: () => void }): JSX.Element {
  const topics = useTopics();
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    close();
    void act("resolve", { outcome: form.get("outcome"), topic: String(form.get("topic") ?? "").trim() });
  };
  return (
    <Dialog title={t("resolve.title")} onClose={close}>
      <form class="form" onSubmit={submit}>
        <Outcomes outcomes={OUTCOMES} />
        <label>
          {t("resolve.topic")}
          <input name="topic" list="resolve-topics" maxLength={200} placeholder={t("resolve.topic_hint")} autocomplete="off" />
        </label>
        <datalist id="resolve-topics">
          {topics.map((topic) => (
            <option key={topic} value={topic} />
          ))}
        </datalist>
        <Foot word="resolve.confirm" close={close} />
      </form>
    </Dialog>
  );
}

/** Nobody waits for the list: until it is there, and without it, the field takes words. */
function useTopics(): readonly string[] {
  const [topics, setTopics] = useState<readonly string[]>([]);
  useEffect(() => {
    let current = true;
    chat.endings().then(
      (found) => current && setTopics(found.topics),
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, []);
  return topics;
}
