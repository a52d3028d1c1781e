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
    lost: "lost", twice: "twice", reversed: "in the wrong order", late: "late", shuffled: "in any order",
    lateBy: "How late, in seconds", lists: "When the carrier's list is read", refuse_list: "refused",
    apply: "Apply", clear: "All well again", applied: "Applied", beside: "Show {phone} beside", close: "Put {phone} away",
    c_21211: "not a number", c_21408: "country not enabled", c_21610: "opted out", c_21614: "no mobile number",
    c_30003: "phone is off", c_30005: "unknown phone", c_30006: "landline", c_30007: "filtered", c_20429: "too many at once",
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
    lost: "perdidos", twice: "dos veces", reversed: "en orden inverso", late: "tarde", shuffled: "en cualquier orden",
    lateBy: "Cuánto tardan, en segundos", lists: "Cuando se lee la lista del operador", refuse_list: "rechazada",
    apply: "Aplicar", clear: "Todo bien otra vez", applied: "Aplicado", beside: "Mostrar {phone} al lado", close: "Guardar {phone}",
    c_21211: "no es un número", c_21408: "país no activado", c_21610: "dado de baja", c_21614: "no es un móvil",
    c_30003: "teléfono apagado", c_30005: "teléfono desconocido", c_30006: "teléfono fijo", c_30007: "filtrado", c_20429: "demasiados a la vez",
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

const MOST = 3; // handsets beside one another
const CODES = [20429, 21211, 21408, 21610, 21614, 30003, 30005, 30006, 30007];
const first = JSON.parse(kept("phones") || "null") || FIRST_PHONES;
const state = {
  language: kept("language") || (navigator.language.startsWith("es") ? "es" : "en"),
  phones: first,
  open: (JSON.parse(kept("open") || "null") || first.slice(0, 2)).slice(0, MOST),
  view: { version: -1, numbers: [], phones: [] },
  handsets: new Map(),
};
const say = (key) => WORDS[state.language][key] ?? key;
const counted = (number, key) => `${number} ${say(key)[number === 1 ? 0 : 1]}`;
const about = (key, phone) => say(key).replace("{phone}", phone);

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

function put(root) {
  for (const element of root.querySelectorAll("[data-t]")) element.textContent = say(element.dataset.t);
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

/** One phone: its thread, and what is being written on it. */
class Handset {
  constructor(phone) {
    this.phone = phone;
    this.texts = [];
    this.drawn = "";
    this.root = document.importNode(at("handset").content, true).firstElementChild;
    const find = (selector) => this.root.querySelector(selector);
    [this.title, this.to, this.thread, this.examples] = ["h2", ".to", ".thread", ".examples"].map(find);
    [this.form, this.area, this.picture, this.count, this.notice] = [".composer", "textarea", "input", ".count", ".error"].map(find);
    this.root.setAttribute("aria-label", phone);
    this.title.textContent = phone;
    this.area.id = `text-${phone.slice(1)}`;
    this.root.querySelector("label.hidden").htmlFor = this.area.id;
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.send(); });
    this.area.addEventListener("input", () => this.measure());
    this.area.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); this.send(); }
    });
    this.closer = find(".close");
    this.closer.addEventListener("click", () => show(state.open.filter((open) => open !== phone)));
    this.words();
  }

  words() {
    put(this.root);
    this.closer.setAttribute("aria-label", about("close", this.phone));
    this.examples.replaceChildren(...say("examples").map((words) => {
      const button = make("button", { type: "button", textContent: words });
      button.addEventListener("click", () => { this.area.value = words; this.send(); });
      return button;
    }));
    this.draw(true);
    this.measure();
  }

  draw(force = false) {
    this.to.textContent = `${say("to")} ${state.view.numbers[0] ?? "…"}`;
    this.closer.hidden = state.open.length < 2;
    const fingerprint = JSON.stringify(this.texts);
    if (!force && fingerprint === this.drawn) return;
    this.drawn = fingerprint;
    const atEnd = this.thread.scrollHeight - this.thread.scrollTop - this.thread.clientHeight < 80;
    const texts = this.texts.map((text) => this.bubble(text));
    this.thread.replaceChildren(...(texts.length ? texts : [make("li", { className: "empty", textContent: say("empty") })]));
    if (atEnd) this.thread.scrollTop = this.thread.scrollHeight;
  }

  bubble(text) {
    const { words, kind } = fate(text);
    const bubble = make("span", { className: "bubble", textContent: text.body });
    if (text.media) bubble.append(make("span", { className: "media", textContent: `▣ ${counted(text.media, "pictures")}` }));
    const time = new Date(text.at).toLocaleTimeString(state.language, { hour: "2-digit", minute: "2-digit" });
    const facts = [time, words, `${counted(text.segments, "segments")} ${text.encoding}`].map(whole);
    const meta = make("span", { className: "meta", textContent: facts.join(" · ") });
    if (text.mine && kind === "broken") {
      const again = make("button", { type: "button", className: "again", textContent: say("again") });
      again.addEventListener("click", () => { this.area.value = text.body; this.send(); });
      meta.append(again);
    }
    return make("li", { className: `${text.mine ? "mine" : "theirs"} ${kind}` }, bubble, meta);
  }

  async look() {
    const view = await call(`/threads?phone=${encodeURIComponent(this.phone)}`);
    this.texts = view.texts;
    state.view = view;
    if (this.notice.textContent === say("down")) complain(this.notice, "");
    this.draw();
  }

  async send() {
    const text = this.area.value;
    const picture = this.picture.checked;
    if (!text.trim() && !picture) return;
    try {
      await call("/texts", asJson("POST", { phone: this.phone, text, picture }));
      this.area.value = "";
      this.picture.checked = false;
      complain(this.notice, "");
      this.measure();
      this.thread.scrollTop = this.thread.scrollHeight;
      await this.look();
    } catch (error) {
      complain(this.notice, error.message);
    }
  }

  async measure() {
    const text = this.area.value;
    this.area.rows = Math.min(4, Math.max(1, text.split("\n").length, Math.ceil(text.length / 36)));
    if (!text) { this.count.textContent = ""; return; }
    const { encoding, units, segments } = await call(`/segments?text=${encodeURIComponent(text)}`);
    if (text === this.area.value) this.count.textContent = `${units} · ${counted(segments, "segments")} ${encoding}`;
  }
}

function drawPhones() {
  const known = state.view.phones.map((thread) => thread.phone);
  const all = [...new Set([...state.phones, ...known])];
  const drawn = JSON.stringify([all, state.open, state.language, state.view.phones]);
  if (drawn === state.listed) return;
  state.listed = drawn;
  const focused = document.activeElement?.dataset?.key;
  at("phones").replaceChildren(...all.map(phoneRow));
  if (focused) document.querySelector(`[data-key="${focused}"]`)?.focus();
}

function phoneRow(phone) {
  const last = state.view.phones.find((thread) => thread.phone === phone)?.last ?? "";
  const button = make("button", { type: "button" }, make("span", { textContent: phone }), make("small", { textContent: last }));
  button.dataset.key = phone;
  button.setAttribute("aria-current", String(state.open.includes(phone)));
  button.addEventListener("click", () => show([phone, ...state.open.slice(1).filter((open) => open !== phone)]));
  const row = make("li", {}, button);
  if (!state.open.includes(phone) && state.open.length < MOST) {
    const beside = make("button", { type: "button", className: "beside", textContent: "+" });
    beside.dataset.key = `beside ${phone}`;
    beside.title = about("beside", phone);
    beside.setAttribute("aria-label", beside.title);
    beside.addEventListener("click", () => show([...state.open, phone]));
    row.append(beside);
  }
  return row;
}

/** Puts these phones side by side; on a narrow screen only the first is seen. */
function show(phones) {
  state.open = phones;
  keep("open", JSON.stringify(phones));
  for (const phone of phones) if (!state.handsets.has(phone)) state.handsets.set(phone, new Handset(phone));
  const wanted = phones.map((phone) => state.handsets.get(phone).root);
  const desk = at("desk");
  if (wanted.length !== desk.children.length || wanted.some((root, place) => desk.children[place] !== root)) desk.replaceChildren(...wanted);
  drawPhones();
  look();
}

function drawWords() {
  document.documentElement.lang = state.language;
  document.title = say("title");
  put(document);
  for (const button of document.querySelectorAll("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === state.language));
  }
  at("codes").replaceChildren(...CODES.map((code) => make("option", { value: code, label: say(`c_${code}`) })));
  for (const handset of state.handsets.values()) handset.words();
  drawPhones();
}

async function look() {
  const shown = state.open.map((phone) => state.handsets.get(phone));
  const looks = await Promise.allSettled(shown.map((handset) => handset.look()));
  looks.forEach((result, place) => { if (result.status === "rejected") complain(shown[place].notice, say("down")); });
  drawPhones();
}

async function follow() {
  if (!document.hidden) await look();
  setTimeout(follow, POLL);
}

function faultsOf(form) {
  const fields = Object.fromEntries(new FormData(form));
  for (const name of ["status", "code", "times", "delay", "late", "outcome_code"]) {
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

at("new-phone").addEventListener("submit", (event) => {
  event.preventDefault();
  const number = at("number").value.replace(/[\s().-]/g, "");
  if (!E164.test(number)) { complain(at("number-error"), say("badNumber")); return; }
  complain(at("number-error"), "");
  state.phones = [...new Set([...state.phones, number])];
  keep("phones", JSON.stringify(state.phones));
  at("number").value = "";
  show([number, ...state.open.filter((open) => open !== number)].slice(0, MOST));
});
at("faults").addEventListener("submit", (event) => { event.preventDefault(); applyFaults(faultsOf(event.target)); });
at("faults").addEventListener("reset", () => applyFaults({}));
for (const button of document.querySelectorAll("[data-language]")) {
  button.addEventListener("click", () => { state.language = button.dataset.language; keep("language", state.language); drawWords(); });
}

show(state.open);
drawWords();
follow();
