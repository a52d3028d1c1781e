// Starts the panel in its iframe and talks to the loader on the host page.

import { chooseLanguage } from "../i18n";
import { isOurs, type ToLoader } from "../shared/protocol";
import "./styles/panel.css";
import { Panel } from "./panel";
import { openBox } from "./storage";

interface Config {
  name: string;
  languages: string[];
}

function readConfig(): Config {
  const meta = document.querySelector<HTMLMetaElement>('meta[name="relevo"]');
  return { name: "Relevo", languages: ["en", "es"], ...(JSON.parse(meta?.content ?? "{}") as Partial<Config>) };
}

const options = new URLSearchParams(location.search);
const host = options.get("host") ?? location.origin;
const config = readConfig();

function tell(message: ToLoader): void {
  if (parent !== window) parent.postMessage(message, host);
}

const panel = new Panel(
  {
    business: config.name,
    languages: config.languages,
    language: chooseLanguage([options.get("language"), ...navigator.languages], config.languages),
  },
  {
    close: () => tell({ relevo: "close" }),
    unread: (value) => tell({ relevo: "unread", value }),
    language: (value) => tell({ relevo: "language", value }),
  },
  openBox(() => localStorage),
  openBox(() => sessionStorage),
);
document.title = config.name;

window.addEventListener("message", (event) => {
  if (event.source !== parent || event.origin !== host || !isOurs(event.data)) return;
  const { relevo, value } = event.data;
  if (relevo === "shown") panel.show(value === true);
  else if (relevo === "language" && typeof value === "string") panel.speak(value);
  else if (relevo === "prefill" && typeof value === "string") panel.prefill(value);
});
window.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.isComposing) tell({ relevo: "close" });
});
window.addEventListener("storage", () => panel.chat.look());
window.addEventListener("online", () => panel.chat.hurry());
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) panel.chat.hurry();
});

panel.chat.resume();
if (parent === window) panel.show(true);
else tell({ relevo: "ready" });
