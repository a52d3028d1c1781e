import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { PLACES, SUPERVISORS_PLACES } from "../keys-places";
import { supervises } from "../logic/acts";
import { t } from "../logic/words";
import { session } from "../state";
import { q, type QueueWord } from "../words/queue";

type Shown = readonly (readonly [string, string])[];

const after = (places: typeof PLACES): Shown => Object.entries(places).map(([key, view]) => [`g ${key}`, t(`nav.${view}`)]);
const worded = (...keys: readonly (readonly [string, QueueWord])[]): Shown => keys.map(([key, word]) => [key, q(word)]);

/** In the window of keys: those of single pages, and those that only supervisors have. */
export function MoreKeys(): JSX.Element {
  useEffect(() => {
    const frame = requestAnimationFrame(() => {
      const close = document.querySelector<HTMLElement>("dialog:has(.more-keys) header button");
      close?.focus(); // the window begins at its top, not at the switch that stands last
      close?.closest("dialog")?.scrollTo(0, 0);
    });
    return () => cancelAnimationFrame(frame);
  }, []);
  return (
    <>
      <Section title={q("keys_places")} keys={after(PLACES)} />
      <Section title={t("nav.queue")} keys={worded(["F", "filters"])} />
      <Section title={t("calls.calendar")} keys={worded(["← → ↑ ↓", "keys_move"], ["Enter", "keys_open"], ["PgUp PgDn", "keys_turn"], ["Home", "keys_today"])} />
      {supervises(session.value?.agent.role) && (
        <Section
          title={q("keys_supervisors")}
          keys={[
            ...after(SUPERVISORS_PLACES),
            ...worded(["j k", "keys_board"], ["Enter", "keys_listen"], ["Esc", "keys_listen_end"], ["o", "keys_reassign"], ["x", "keys_choose"]),
          ]}
        />
      )}
    </>
  );
}

function Section({ title, keys }: { title: string; keys: Shown }): JSX.Element {
  return (
    <section class="more-keys">
      <h3>{title}</h3>
      <dl class="keys">
        {keys.map(([each, what]) => (
          <div key={each + what}>
            <dt>
              {each.split(" ").map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
