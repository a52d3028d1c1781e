import type { ComponentChildren, JSX } from "preact";
import { t } from "../../logic/words";
import { hashOf } from "../../logic/routes";
import { useCell } from "../../parts/hooks";
import { Icon } from "../../parts/icons";
import { route } from "../../state";
import { Entry } from "./Entry";
import { Gaps } from "./Gaps";
import { List } from "./List";
import { New } from "./New";
import { Releases } from "./Releases";
import { TryIt } from "./TryIt";

const PARTS = ["list", "gaps", "releases", "try"] as const;
const SHOWN = { list: List, gaps: Gaps, releases: Releases, try: TryIt } as const;
type Part = (typeof PARTS)[number];

export function addressOf(page: string): string {
  return hashOf({ view: "knowledge", reference: null, page });
}

/** What we answer from: the list, one answer, and where the list is wanting. */
export function Knowledge(): JSX.Element {
  const { page = "" } = useCell(route);
  const [head = "", id = ""] = page.split("/");
  return (
    <main class="knowledge" id="chat" tabIndex={-1} aria-label={t("knowledge.title")}>
      {head === "entry" && id ? <Entry key={id} id={id} /> : head === "new" ? <New key={id} gap={id || null} /> : <Part part={partOf(head)} />}
    </main>
  );
}

function partOf(head: string): Part {
  return PARTS.find((part) => part === head) ?? "list";
}

function Part({ part }: { part: Part }): JSX.Element {
  const Shown = SHOWN[part];
  return (
    <>
      <header class="head">
        <h1>{t("knowledge.title")}</h1>
        <nav class="knowledge-parts" aria-label={t("knowledge.parts")}>
          {PARTS.map((each) => (
            <a key={each} href={addressOf(each === "list" ? "" : each)} aria-current={each === part ? "page" : undefined}>
              {t(`knowledge.part.${each}`)}
            </a>
          ))}
        </nav>
        <a class="act primary" href={addressOf("new")}>
          <Icon name="plus" />
          {t("knowledge.new")}
        </a>
      </header>
      <div class="sheet">
        <Shown key={part} />
      </div>
    </>
  );
}

export function Waiting({ trouble }: { trouble: string | null }): JSX.Element {
  return trouble ? <Trouble>{trouble}</Trouble> : <p class="opening">{t("knowledge.loading")}</p>;
}

export function Trouble({ children }: { children: ComponentChildren }): JSX.Element {
  return (
    <p class="trouble" role="alert">
      {children}
    </p>
  );
}
