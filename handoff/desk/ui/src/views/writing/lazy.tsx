import type { ComponentType, JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Cell } from "../../logic/cell";
import { t } from "../../logic/words";
import { useCell } from "../../parts/hooks";

/** A view that is fetched when it is first shown; until then a line says so, and so does a failure. */
export function lazy<P extends object>(load: () => Promise<ComponentType<P>>): (props: P) => JSX.Element {
  const loaded = new Cell<{ view: ComponentType<P> } | null>(null);
  return function Lazy(props: P): JSX.Element {
    const found = useCell(loaded);
    const [failed, setFailed] = useState(false);
    useEffect(() => {
      if (!found) load().then((view) => loaded.set({ view }), () => setFailed(true));
    }, [found]);
    if (found) return <found.view {...props} />;
    return (
      <p class="opening" role="status">
        {t(failed ? "write.failed" : "write.loading")}
      </p>
    );
  };
}
