import type { ComponentType, JSX } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { hashOf } from "../../logic/routes";
import { t } from "../../logic/words";
import { useCell } from "../../parts/hooks";
import { route } from "../../state";
import { Business } from "./Business";
import { Channels } from "./Channels";
import { Detection } from "./Detection";
import { inForce, readSettings, trouble } from "./editing";
import { Embed } from "./Embed";
import { Hours } from "./Hours";
import { Levels } from "./Levels";
import { Notify } from "./Notify";
import { Persons } from "./Persons";
import { SaveBar } from "./SaveBar";
import { Versions } from "./Versions";
import "../../styles/second-factor.css";
import "../../styles/settings.css";
import "../../styles/settings-people.css";
import "../../styles/settings-previews.css";

const PARTS = ["people", "business", "hours", "levels", "notify", "channels", "embed", "detection", "versions"] as const;
type Part = (typeof PARTS)[number];
const SHOWN: Record<Part, ComponentType> = {
  people: Persons,
  business: Business,
  hours: Hours,
  levels: Levels,
  notify: Notify,
  channels: Channels,
  embed: Embed,
  detection: Detection,
  versions: Versions,
};

/** How the business works: supervisors read it, administrators change it. */
export function Settings(): JSX.Element {
  const { page = "" } = useCell(route);
  const part = PARTS.find((each) => each === page) ?? "people";
  const main = useRef<HTMLElement>(null);
  useEffect(() => void readSettings(), []);
  useLayoutEffect(() => {
    main.current?.scrollTo(0, 0);
    main.current?.querySelector(".settings-parts [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [part]);
  return (
    <main ref={main} class="settings" id="chat" tabIndex={-1} aria-label={t("set.title")}>
      <header class="head">
        <h1>{t("set.title")}</h1>
        <nav class="settings-parts" aria-label={t("set.parts")}>
          {PARTS.map((each) => (
            <a
              key={each}
              href={hashOf({ view: "settings", reference: null, page: each })}
              aria-current={each === part ? "page" : undefined}
            >
              {t(`set.part.${each}`)}
            </a>
          ))}
        </nav>
      </header>
      <Body part={part} />
      <SaveBar />
    </main>
  );
}

function Body({ part }: { part: Part }): JSX.Element {
  const read = useCell(inForce);
  const bad = useCell(trouble);
  const Shown = SHOWN[part];
  return (
    <div class="settings-sheet">
      {bad && (
        <p class="trouble" role="alert">
          {bad}
        </p>
      )}
      {read && !read.may_edit && part !== "versions" && <p class="set-only quiet">{t("set.read_only")}</p>}
      {read ? <Shown key={part} /> : !bad && <p class="opening">{t("set.loading")}</p>}
    </div>
  );
}
