import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { addressOf } from "../../api-extras";
import { t } from "../../logic/words";
import { Icon } from "../../parts/icons";
import type { Attachment } from "../../types-extras";

/** Pictures and files of a customer. Nothing is fetched until it is asked for; only true pictures are ever shown. */
export function Attachments({ all }: { all: readonly Attachment[] }): JSX.Element {
  return (
    <ul class="attachments">
      {all.map((each, index) => (
        <li key={each.id}>{each.is_image ? <Picture each={each} n={index + 1} /> : <File each={each} />}</li>
      ))}
    </ul>
  );
}

function Picture({ each, n }: { each: Attachment; n: number }): JSX.Element {
  const [state, setState] = useState<"closed" | "open" | "broken">("closed");
  if (state === "open") {
    return (
      <img
        class="attached-picture"
        src={addressOf(each.id)}
        alt={t("attached.alt", { n })}
        onLoad={(event) => event.currentTarget.scrollIntoView({ block: "nearest" })}
        onError={() => setState("broken")}
      />
    );
  }
  return (
    <>
      <button type="button" onClick={() => setState("open")}>
        <Icon name="details" /> {t("attached.show", { n })}
      </button>
      {state === "broken" && (
        <p class="trouble" role="alert">
          {t("attached.broken")} <Save each={each} />
        </p>
      )}
    </>
  );
}

function File({ each }: { each: Attachment }): JSX.Element {
  const [warned, setWarned] = useState(false);
  if (!warned) {
    return (
      <button type="button" onClick={() => setWarned(true)}>
        <Icon name="source" /> {t("attached.file", { type: each.content_type })}
      </button>
    );
  }
  return (
    <p class="attached-warning" role="alert">
      <Icon name="alert" /> {t("attached.warning")} <Save each={each} />
    </p>
  );
}

function Save({ each }: { each: Attachment }): JSX.Element {
  return (
    <a href={addressOf(each.id)} download>
      {t("attached.save", { type: each.content_type })}
    </a>
  );
}
