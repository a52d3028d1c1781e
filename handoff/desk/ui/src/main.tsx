import { render } from "preact";
import "./tokens.css";
import "./styles/base.css";
import "./styles/layout.css";
import "./styles/queue.css";
import "./styles/chat.css";
import "./styles/packet.css";
import "./styles/menus.css";
import "./styles/notices.css";
import "./styles/supervision.css";
import { start } from "./desk";
import { listenToKeys } from "./keyboard";
import { App } from "./views/App";

const root = document.getElementById("desk");
if (root) render(<App />, root);
listenToKeys();
void start();
