// Starts the panel in its iframe and talks to the loader on the host page.

import { chooseLanguage } from "../i18n";
import { isOurs, type ToLoader } from "../shared/protocol";
import "./styles/panel.css";
import "./styles/attach.css";
import "./styles/follow.css";
import { Panel } from "./panel";
import { applyTheme } from "./theme";
import { testBox } from "./trying";
import { type Box, HostBox, MemoryBox, openBox } from "./storage";

interface Config {
  name: string;
  languages: string[];
  files?: boolean;
  identity?: string; // "required": only who the site has named may write
}

function readConfig(): Config {
  const meta = document.querySelector<HTMLMetaElement>('meta[name="relevo"]');
  return { name: "Relevo", languages: ["en", "es"], ...(JSON.parse(meta?.content ?? "{}") as Partial<Config>) };
}

const PATIENCE = 30_000;
const options = new URLSearchParams(location.search);
const host = options.get("host") ?? location.origin;
const config = readConfig();

function tell(message: ToLoader): void {
  if (parent !== window) parent.postMessage(message, host);
}

function begin(box: Box): void {
  const panel = new Panel(
    {
      business: config.name,
      languages: config.languages,
      files: config.files === true,
      known: config.identity === "required",
      language: chooseLanguage([options.get("language"), ...navigator.languages], config.languages),
    },
    {
      close: () => tell({ relevo: "close" }),
      unread: (value) => tell({ relevo: "unread", value }),
      language: (value) => tell({ relevo: "language", value }),
      message: (value) => tell({ relevo: "message", value }),
      handoff: (value) => tell({ relevo: "handoff", value }),
      identity: (value) => tell({ relevo: "identity", value }),
    },
    box,
    openBox(() => sessionStorage) ?? new MemoryBox(),
  );
  listen(panel);
  panel.chat.resume();
  if (parent === window) panel.show(true);
  else tell({ relevo: "ready" });
}

function listen(panel: Panel): void {
  hear(({ relevo, value }) => {
    if (relevo === "shown") panel.show(value === true);
    else if (relevo === "language" && typeof value === "string") panel.speak(value);
    else if (relevo === "identify" && (typeof value === "string" || value === null)) panel.identity.identify(value);
    else if (relevo === "prefill" && typeof value === "string") panel.prefill(value);
  });
  window.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing) tell({ relevo: "close" });
  });
  window.addEventListener("storage", () => panel.chat.look());
  window.addEventListener("online", () => panel.chat.hurry());
  window.addEventListener("pageshow", ({ persisted }) => persisted && panel.chat.hurry()); // back from the browser's cache
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) panel.chat.hurry();
  });
}

function hear(take: (data: { relevo: string; value?: unknown }) => void): void {
  window.addEventListener("message", (event) => {
    if (event.source === parent && event.origin === host && isOurs(event.data)) take(event.data);
  });
}

/** Where storage is denied, the host page is asked for what it keeps. A busy one answers late: who began before that
 * would lose the conversation for good. Only a page that is not ours never answers, and then we begin with nothing. */
function beginWithHost(): void {
  let begun = false;
  const start = (kept: Record<string, string>) => {
    if (begun) return;
    begun = true;
    begin(new HostBox(kept, (key, value) => tell({ relevo: "keep", key, value })));
  };
  hear(({ relevo, value }) => {
    if (relevo === "kept" && typeof value === "object") start({ ...(value as Record<string, string>) });
  });
  setTimeout(() => start({}), PATIENCE);
  tell({ relevo: "recall" });
}

document.title = config.name;
applyTheme(document.documentElement, options);
const box = testBox() ?? openBox(() => localStorage);
if (box) begin(box);
else if (parent === window) begin(new MemoryBox());
else beginWithHost();
