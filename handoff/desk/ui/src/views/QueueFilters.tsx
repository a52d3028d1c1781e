import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { refilter } from "../desk";
import { choices, chosenFacets, FACETS, filter, URGENCIES, WHO, withFacet, type Facet, type Filter } from "../logic/filters";
import { named, reasonOf, t } from "../logic/words";
import { useCell } from "../parts/hooks";
import { Icon } from "../parts/icons";
import { sameList, usePicked } from "../parts/picked";
import { cases } from "../state";
import { q } from "../words/queue";
import "../styles/queue-filters.css";

/** Beside the search: which chats are shown. What is chosen stands below it, each with a way to let go of it. */
export function FilterButton({ open, toggle }: { open: boolean; toggle: () => void }): JSX.Element {
  const count = chosenFacets(useCell(filter)).length;
  return (
    <button
      type="button"
      id="filters"
      class={count > 0 ? "bare filter-button some" : "bare filter-button"}
      aria-expanded={open}
      aria-controls="filter-panel"
      aria-label={count > 0 ? q("filters_on", { n: count }) : q("filters")}
      title={q("filters")}
      onClick={toggle}
    >
      <Icon name="filter" />
      {count > 0 && <span class="filter-count">{count}</span>}
    </button>
  );
}

export function FilterPanel(): JSX.Element {
  const chosen = useCell(filter);
  const there = usePicked(
    cases,
    (all) => choices(all.values(), chosen),
    (a, b) => (["reason", "language", "channel"] as const).every((facet) => sameList(a[facet], b[facet])),
  );
  const [first] = useState(() => ({ focus: true }));
  const values: Record<Facet, readonly string[]> = { who: WHO, urgency: URGENCIES, ...there };
  return (
    <div class="filter-panel" id="filter-panel" role="group" aria-label={q("filters")}>
      {FACETS.map((facet, at) => (
        <label key={facet}>
          {q(facet)}
          <select
            ref={(element) => {
              if (at === 0 && element && first.focus) element.focus();
              if (at === 0) first.focus = false;
            }}
            value={chosen[facet] ?? ""}
            onChange={(event) => refilter(withFacet(chosen, facet, event.currentTarget.value))}
          >
            <option value="">{q("all")}</option>
            {values[facet].map((value) => (
              <option key={value} value={value}>
                {worded(facet, value)}
              </option>
            ))}
          </select>
        </label>
      ))}
    </div>
  );
}

export function FilterChips(): JSX.Element | null {
  const chosen = useCell(filter);
  const facets = chosenFacets(chosen);
  if (facets.length === 0) return null;
  return (
    <ul class="filter-chips" aria-label={q("filters")}>
      {facets.map((facet) => (
        <li key={facet}>
          <button type="button" aria-label={q("let_go", { what: said(chosen, facet) })} onClick={() => refilter(withFacet(chosen, facet, ""))}>
            {said(chosen, facet)}
            <Icon name="close" />
          </button>
        </li>
      ))}
    </ul>
  );
}

function said(chosen: Filter, facet: Facet): string {
  return worded(facet, chosen[facet] ?? "");
}

function worded(facet: Facet, value: string): string {
  if (facet === "who") return q(value as "mine");
  if (facet === "reason") return reasonOf(value);
  if (facet === "urgency") return t(`urgency.${value as "high"}`);
  return named(facet, value);
}
