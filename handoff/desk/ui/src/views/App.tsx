import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { supervises } from "../logic/acts";
import { language, t } from "../logic/words";
import { useCell, useNarrow } from "../parts/hooks";
import { later } from "../parts/Later";
import { note, open, phase, route, session, theme } from "../state";
import { Board } from "./board/later";
import { Callbacks } from "./Callbacks";
import { Chat } from "./Chat";
import { Dialogs } from "./Dialogs";
import { Nav } from "./Nav";
import { Notices } from "./Notices";
import { Offer } from "./Offer";
import { Packet } from "./Packet";
import { Queue } from "./Queue";
import { Reports } from "./reports/later";
import { SignIn } from "./SignIn";
import { lazy } from "./writing/lazy";

const Knowledge = later(() => import("./knowledge/Knowledge").then((module) => module.Knowledge));
const Guarantee = later(() => import("./Guarantee").then((module) => module.Guarantee));
const Settings = lazy(() => import("./settings/Settings").then((module) => module.Settings));
const MustEnrol = lazy(() => import("./settings/MustEnrol").then((module) => module.MustEnrol));
const Replies = lazy(() => import("./writing/Replies").then((module) => module.Replies));

export function App(): JSX.Element {
  const spoken = useCell(language);
  const colours = useCell(theme);
  useEffect(() => {
    document.documentElement.lang = spoken;
    document.documentElement.dataset["theme"] = colours;
  }, [spoken, colours]);
  return <Phase key={spoken} />;
}

function Phase(): JSX.Element {
  const now = useCell(phase);
  if (now === "opening") return <p class="opening">{t("app.loading")}</p>;
  if (now === "signed_out") return <SignIn />;
  if (now === "must_enrol") return <MustEnrol />;
  return (
    <>
      <Offer />
      <Desk />
      <Dialogs />
      <Note />
    </>
  );
}

/** Wide: nav, list, chat, packet. Narrow: one of them at a time, with a way back. */
function Desk(): JSX.Element {
  const { view } = useCell(route);
  const reference = useCell(open)?.reference ?? null;
  const [packet, setPacket] = useState(false);
  const medium = useNarrow(1180);
  useEffect(() => setPacket(false), [reference]);
  const supervising = supervises(useCell(session)?.agent.role);
  const column = reference === null ? "list" : packet && medium ? "packet" : "chat";
  return (
    <div class={`desk show-${column}`}>
      <a class="skip" href="#chat" onClick={toChat}>
        {t("app.skip")}
      </a>
      <Nav />
      {view === "knowledge" ? (
        <Knowledge />
      ) : view === "replies" ? (
        <Replies />
      ) : view === "settings" && supervising ? (
        <Settings />
      ) : view === "board" && supervising ? (
        <Board />
      ) : view === "reports" && supervising ? (
        <Reports />
      ) : view === "guarantee" && supervising ? (
        <Guarantee />
      ) : (
        <>
          {view === "callbacks" ? <Callbacks /> : view === "notices" ? <Notices /> : <Queue />}
          <Chat onPacket={() => setPacket(!packet)} />
          <Packet onBack={() => setPacket(false)} />
        </>
      )}
    </div>
  );
}

function toChat(event: Event): void {
  event.preventDefault(); // the hash is our address bar
  document.getElementById("chat")?.focus();
}

function Note(): JSX.Element {
  const text = useCell(note);
  useEffect(() => {
    if (!text) return undefined;
    const timer = setTimeout(() => note.set(null), 5000);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <div class={text ? "note" : "note hidden"} role="status">
      {text}
    </div>
  );
}
