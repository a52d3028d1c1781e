"use strict";

const WORDS = {
  en: {
    title: "SMS simulator", about: "Texts stay on this machine. No carrier is involved.",
    phones: "Phones", newPhone: "Another phone", add: "Add", text: "Text message", send: "Send", picture: "with a picture",
    to: "texting", empty: "No texts yet. Write the first one, or pick one below.",
    badNumber: "A phone number has a + and the country code, such as +34600000003.",
    segments: ["segment", "segments"], on_way: "on its way", received: "received by the assistant",
    refused: "refused by the assistant", unreachable: "the assistant cannot be reached", webhook_lost: "lost on the way",
    again: "Send again", pictures: ["picture", "pictures"], down: "The simulator does not answer. Is it still running?",
    s_queued: "queued", s_accepted: "accepted", s_sent: "sent", s_delivered: "delivered", s_undelivered: "not delivered",
    s_failed: "failed", s_canceled: "cancelled", s_never: "never confirmed",
    network: "Trouble on the network", answer: "When we send a text", normal: "all well", refuse: "refused with a code",
    hang: "no answer, not taken", hangAfter: "no answer, but taken", garbage: "unreadable answer, but taken",
    status: "HTTP status", code: "Carrier's code", times: "How many texts (0: all)", delay: "Delay in seconds",
    outcome: "In the end", outcomeCode: "with the code", callbacks: "Status reports", webhooks: "Customers' texts",
    lost: "lost", twice: "twice", reversed: "in the wrong order", apply: "Apply", clear: "All well again", applied: "Applied",
    examples: ["Where is my order?", "agent", "HELP", "STOP", "START"],
  },
  es: {
    title: "Simulador de SMS", about: "Los SMS no salen de esta máquina. No interviene ningún operador.",
    phones: "Teléfonos", newPhone: "Otro teléfono", add: "Añadir", text: "Mensaje de texto", send: "Enviar", picture: "con una foto",
    to: "escribe a", empty: "Todavía no hay mensajes. Escribir el primero o elegir uno de abajo.",
    badNumber: "Un número lleva + y el prefijo del país, por ejemplo +34600000003.",
    segments: ["segmento", "segmentos"], on_way: "en camino", received: "recibido por el asistente",
    refused: "rechazado por el asistente", unreachable: "el asistente no responde", webhook_lost: "perdido por el camino",
    again: "Enviar otra vez", pictures: ["foto", "fotos"], down: "El simulador no responde. ¿Sigue en marcha?",
    s_queued: "en cola", s_accepted: "aceptado", s_sent: "enviado", s_delivered: "entregado", s_undelivered: "no entregado",
    s_failed: "fallido", s_canceled: "anulado", s_never: "sin confirmar",
    network: "Problemas en la red", answer: "Cuando enviamos un SMS", normal: "todo bien", refuse: "rechazado con un código",
    hang: "sin respuesta, no aceptado", hangAfter: "sin respuesta, pero aceptado", garbage: "respuesta ilegible, pero aceptado",
    status: "Estado HTTP", code: "Código del operador", times: "Cuántos SMS (0: todos)", delay: "Retraso en segundos",
    outcome: "Al final", outcomeCode: "con el código", callbacks: "Avisos de estado", webhooks: "SMS de clientes",
    lost: "perdidos", twice: "dos veces", reversed: "en orden inverso", apply: "Aplicar", clear: "Todo bien otra vez", applied: "Aplicado",
    examples: ["¿Dónde está mi pedido?", "agente", "AYUDA", "BAJA", "ALTA"],
  },
};
const API = "/simulator/api";
const FIRST_PHONES = ["+34600000001", "+34600000002"];
const E164 = /^\+[1-9][0-9]{6,14}$/;
const POLL = 700;

const at = (id) => document.getElementById(id);
const kept = (name) => { try { return localStorage.getItem(`relevo.simulator.${name}`); } catch { return null; } };
const keep = (name, value) => { try { localStorage.setItem(`relevo.simulator.${name}`, value); } catch { /* private mode */ } };

const state = {
  language: kept("language") || (navigator.language.startsWith("es") ? "es" : "en"),
  phone: kept("phone") || FIRST_PHONES[0],
  phones: JSON.parse(kept("phones") || "null") || FIRST_PHONES,
  view: { version: -1, numbers: [], phones: [], texts: [] },
  drawn: "",
};
const say = (key) => WORDS[state.language][key] ?? key;
const counted = (number, key) => `${number} ${say(key)[number === 1 ? 0 : 1]}`;

function make(tag, options = {}, ...children) {
  const element = Object.assign(document.createElement(tag), options);
  element.append(...children);
  return element;
}

async function call(path, options) {
  const answer = await fetch(API + path, options);
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(body.message || `${answer.status}`);
  return body;
}

const asJson = (method, body) => ({ method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

function complain(element, message) {
  element.textContent = message;
  element.hidden = !message;
}

function drawWords() {
  document.documentElement.lang = state.language;
  document.title = say("title");
  for (const element of document.querySelectorAll("[data-t]")) element.textContent = say(element.dataset.t);
  for (const button of document.querySelectorAll("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === state.language));
  }
  at("examples").replaceChildren(...say("examples").map((words) => {
    const button = make("button", { type: "button", textContent: words });
    button.addEventListener("click", () => { at("text").value = words; send(); });
    return button;
  }));
  draw(true);
  measure();
}

function drawPhones() {
  const known = state.view.phones.map((thread) => thread.phone);
  const all = [...new Set([...state.phones, ...known])];
  at("phones").replaceChildren(...all.map((phone) => {
    const last = state.view.phones.find((thread) => thread.phone === phone)?.last ?? "";
    const button = make("button", { type: "button" }, make("span", { textContent: phone }), make("small", { textContent: last }));
    button.setAttribute("aria-current", String(phone === state.phone));
    button.addEventListener("click", () => choose(phone));
    return make("li", {}, button);
  }));
}

function fate(text) {
  if (!text.mine) {
    const broken = ["undelivered", "failed", "canceled"].includes(text.status);
    const code = text.error_code ? ` (${text.error_code})` : "";
    return { words: say(`s_${text.status}`) + code, kind: broken ? "broken" : text.status === "delivered" ? "" : "waiting" };
  }
  if (text.webhook === "") return { words: say("on_way"), kind: "waiting" };
  if (text.webhook.startsWith("2")) return { words: say("received"), kind: "" };
  if (text.webhook === "lost") return { words: say("webhook_lost"), kind: "broken" };
  if (text.webhook === "unreachable") return { words: say("unreachable"), kind: "broken" };
  return { words: `${say("refused")} (${text.webhook})`, kind: "broken" };
}

const whole = (words) => words.replaceAll(" ", "\u00a0").replaceAll("-", "\u2011"); // a line breaks between facts only

function drawText(text) {
  const { words, kind } = fate(text);
  const bubble = make("span", { className: "bubble", textContent: text.body });
  if (text.media) bubble.append(make("span", { className: "media", textContent: `▣ ${counted(text.media, "pictures")}` }));
  const time = new Date(text.at).toLocaleTimeString(state.language, { hour: "2-digit", minute: "2-digit" });
  const facts = [time, words, `${counted(text.segments, "segments")} ${text.encoding}`].map(whole);
  const meta = make("span", { className: "meta", textContent: facts.join(" · ") });
  if (text.mine && kind === "broken") {
    const again = make("button", { type: "button", className: "again", textContent: say("again") });
    again.addEventListener("click", () => { at("text").value = text.body; send(); });
    meta.append(again);
  }
  return make("li", { className: `${text.mine ? "mine" : "theirs"} ${kind}` }, bubble, meta);
}

function draw(force = false) {
  const fingerprint = JSON.stringify([state.phone, state.view.version]);
  if (!force && fingerprint === state.drawn) return;
  state.drawn = fingerprint;
  at("phone-title").textContent = state.phone;
  at("phone-to").textContent = `${say("to")} ${state.view.numbers[0] ?? "…"}`;
  drawPhones();
  const thread = at("thread");
  const atEnd = thread.scrollHeight - thread.scrollTop - thread.clientHeight < 80;
  const texts = state.view.texts.map(drawText);
  thread.replaceChildren(...(texts.length ? texts : [make("li", { className: "empty", textContent: say("empty") })]));
  if (atEnd) thread.scrollTop = thread.scrollHeight;
}

async function look() {
  try {
    const phone = state.phone;
    const view = await call(`/threads?phone=${encodeURIComponent(phone)}`);
    if (phone !== state.phone) return;
    state.view = view;
    if (at("notice").textContent === say("down")) complain(at("notice"), "");
    draw();
  } catch {
    complain(at("notice"), say("down"));
  }
}

async function follow() {
  if (!document.hidden) await look();
  setTimeout(follow, POLL);
}

function choose(phone) {
  state.phone = phone;
  keep("phone", phone);
  state.view = { ...state.view, texts: [] };
  draw(true);
  look();
}

async function send() {
  const text = at("text").value;
  const picture = at("picture").checked;
  if (!text.trim() && !picture) return;
  try {
    await call("/texts", asJson("POST", { phone: state.phone, text, picture }));
    at("text").value = "";
    at("picture").checked = false;
    complain(at("notice"), "");
    measure();
    at("thread").scrollTop = at("thread").scrollHeight;
    await look();
  } catch (error) {
    complain(at("notice"), error.message);
  }
}

async function measure() {
  const text = at("text").value;
  const area = at("text");
  area.rows = Math.min(4, Math.max(1, text.split("\n").length, Math.ceil(text.length / 36)));
  if (!text) { at("meter").textContent = ""; return; }
  const { encoding, units, segments } = await call(`/segments?text=${encodeURIComponent(text)}`);
  if (text === area.value) at("meter").textContent = `${units} · ${counted(segments, "segments")} ${encoding}`;
}

function faultsOf(form) {
  const fields = Object.fromEntries(new FormData(form));
  for (const name of ["status", "code", "times", "delay", "outcome_code"]) {
    fields[name] = fields[name] === "" ? undefined : Number(fields[name]);
  }
  return fields;
}

async function applyFaults(faults) {
  try {
    await call("/faults", asJson("PUT", faults));
    at("faults-state").textContent = say("applied");
  } catch (error) {
    at("faults-state").textContent = error.message;
  }
}

at("composer").addEventListener("submit", (event) => { event.preventDefault(); send(); });
at("text").addEventListener("input", measure);
at("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); send(); }
});
at("new-phone").addEventListener("submit", (event) => {
  event.preventDefault();
  const number = at("number").value.replace(/[\s().-]/g, "");
  if (!E164.test(number)) { complain(at("number-error"), say("badNumber")); return; }
  complain(at("number-error"), "");
  state.phones = [...new Set([...state.phones, number])];
  keep("phones", JSON.stringify(state.phones));
  at("number").value = "";
  choose(number);
});
at("faults").addEventListener("submit", (event) => { event.preventDefault(); applyFaults(faultsOf(event.target)); });
at("faults").addEventListener("reset", () => applyFaults({}));
for (const button of document.querySelectorAll("[data-language]")) {
  button.addEventListener("click", () => { state.language = button.dataset.language; keep("language", state.language); drawWords(); });
}

drawWords();
follow();
