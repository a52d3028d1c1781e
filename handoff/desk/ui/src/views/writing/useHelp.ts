import { useEffect, useState } from "preact/hooks";
import { writing } from "../../api-writing";
import { session } from "../../state";
import type { QueueItem } from "../../types";
import type { Help } from "../../types-writing";

/** What fills a canned reply here, and the limit of a text message; what is known without the server until it answers. */
export function useHelp(item: QueueItem, on: boolean): Pick<Help, "values" | "max_segments" | "tail"> {
  const [help, setHelp] = useState<Help | null>(null);
  useEffect(() => {
    if (!on) return undefined;
    let current = true;
    writing.help(item.reference).then(
      (found) => current && setHelp(found),
      () => undefined, // places stay unfilled then, and say so
    );
    return () => {
      current = false;
    };
  }, [on, item.reference, item.channel, item.due_at, item.customer_label]);
  if (help?.reference === item.reference && help.channel === item.channel) return help;
  const values: Record<string, string> = { reference: item.reference };
  if (session.value) Object.assign(values, { agent_name: session.value.agent.name, business: session.value.business });
  return { values, max_segments: null, tail: "" };
}
