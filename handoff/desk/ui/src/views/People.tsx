import type { JSX } from "preact";
import { t } from "../logic/words";
import { useCell } from "../parts/hooks";
import { presence } from "../state";

interface Props {
  title: string;
  /** Who is not asked: who has the chat already. */
  but: string | undefined;
  onChoose: (agent: string) => void;
}

/** Who is online, and whether they have room for one more chat. */
export function People({ title, but, onChoose }: Props): JSX.Element {
  const others = useCell(presence).filter((each) => each.agent.id !== but && each.status === "online");
  return (
    <fieldset class="outcomes">
      <legend class="hidden">{title}</legend>
      {others.map(({ agent, holding }) => (
        <label class="choice" key={agent.id}>
          <input
            type="radio"
            name="agent"
            required
            disabled={holding >= agent.capacity}
            onChange={() => onChoose(agent.id)}
          />
          <span>
            {agent.name}{" "}
            <small class="quiet">
              {agent.languages.join(", ")} · {t("transfer.load", { n: holding, capacity: agent.capacity })}
              {holding >= agent.capacity && ` · ${t("transfer.full")}`}
            </small>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

export function nobodyElse(but: string | undefined): boolean {
  return !presence.value.some((each) => each.agent.id !== but && each.status === "online");
}
