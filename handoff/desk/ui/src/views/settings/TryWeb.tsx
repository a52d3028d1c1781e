import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { ApiError } from "../../api";
import { tryWeb } from "../../api-teams";
import { said } from "../../logic/errors";
import { m } from "../../words/people-more";
import { useMay } from "./fields";
import "../../styles/teams.css";

/** The widget in a tab of its own, with a conversation that is marked as a test. */
export function TryWeb(): JSX.Element | null {
  const [trouble, setTrouble] = useState<string | null>(null);
  const [link, setLink] = useState<string | null>(null);
  if (!useMay()) return null;
  const open = async (): Promise<void> => {
    setTrouble(null);
    setLink(null);
    const tab = window.open("about:blank", "_blank"); // at once: later the browser would take it for a pop-up
    try {
      const { url } = await tryWeb();
      if (tab) tab.location.replace(url);
      else setLink(url);
    } catch (error) {
      tab?.close();
      setTrouble(error instanceof ApiError && error.status === 409 ? m("try.web_off") : said(error));
    }
  };
  return (
    <div class="set-field">
      <div class="try-web">
        <button type="button" aria-describedby="try-web-hint" onClick={() => void open()}>
          {m("try.web")}
        </button>
        <span role="status" class={trouble ? "set-wrong" : ""}>
          {trouble}
          {link && (
            <>
              {m("try.web_blocked")}{" "}
              <a href={link} target="_blank" rel="noopener">
                {m("try.web_open")}
              </a>
            </>
          )}
        </span>
      </div>
      <p class="quiet" id="try-web-hint">
        {m("try.web_hint")}
      </p>
    </div>
  );
}
