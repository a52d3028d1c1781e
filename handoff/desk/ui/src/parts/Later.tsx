import type { ComponentType, JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { t } from "../logic/words";

/** A view whose script is fetched when it is first wanted; `load` is asked again when that failed. */
export function later(load: () => Promise<ComponentType>): () => JSX.Element {
  let known: ComponentType | null = null;
  return function Later(): JSX.Element {
    const [View, setView] = useState<ComponentType | null>(() => known);
    const [failed, setFailed] = useState(0);
    useEffect(() => {
      if (View) return undefined;
      let wanted = true;
      load()
        .then((view) => {
          known = view;
          if (wanted) setView(() => view);
        })
        .catch(() => {
          if (wanted) setTimeout(() => setFailed((count) => count + 1), 2000);
        });
      return () => {
        wanted = false;
      };
    }, [View, failed]);
    if (View) return <View />;
    return (
      <main class="later" id="chat" tabIndex={-1}>
        <p class="opening" role="status">
          {failed > 0 ? t("error.network") : t("app.loading")}
        </p>
      </main>
    );
  };
}
