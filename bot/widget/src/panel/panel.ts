// Puts the parts together and draws them whenever the conversation changes.

import { shortOf, type Words, wordsOf } from "../i18n";
import { Chat } from "./chat";
import { Api } from "./net/api";
import type { Choice } from "./net/shapes";
import type { Box } from "./storage";
import { CaseBar } from "./view/casebar";
import { Composer } from "./view/composer";
import { Tray } from "./attach";
import { FollowCard } from "./follow";
import { h, icon, write } from "./view/dom";
import { download, transcriptOf } from "./text/transcript";
import { directionOf } from "./theme";
import type { Told } from "../shared/protocol";
import { FormCard } from "./view/form";
import { Herald } from "./herald";
import { Forget } from "./forget";
import { Identity, type Known } from "./identity";
import { privacyWords } from "../i18n/privacy";
import { Header } from "./view/header";
import { Log } from "./view/log";
import { Menu } from "./view/menu";
import { RatingCard } from "./view/rating";
import { Scroller } from "./view/scroller";
import { TypingLine } from "./view/typing";

const SEEN = "relevo:seen"; // the id of the last message that was on screen

export interface Setting {
  business: string;
  languages: readonly string[];
  language: string;
  files?: boolean; // whether customers may send pictures and PDF files
  known?: boolean; // whether only who the site has named may write
}

export interface Outside {
  close: () => void;
  unread: (count: number) => void;
  language: (code: string) => void;
  message: (told: Told["message"]) => void;
  handoff: (told: Told["handoff"]) => void;
  identity: (known: Known) => void;
}

export class Panel {
  readonly chat: Chat;
  readonly identity: Identity;
  private readonly tray: Tray | undefined;
  private readonly follow: FollowCard;
  private readonly scroller = new Scroller(() => this.chat.untouched);
  private readonly banner = h("div", { class: "banner", role: "status", hidden: true });
  private readonly person = h("button", { type: "button", class: "person" });
  private readonly personText = h("span");
  private readonly parts: { draw: (words: Words) => void }[];
  private readonly composer: Composer;
  private readonly form: FormCard;
  private shown = false;
  private queued = false;
  private told = "";
  private readonly herald: Herald;
  readonly menu = new Menu();

  constructor(
    private readonly setting: Setting,
    private readonly outside: Outside,
    private readonly box: Box,
    drafts: Box,
  ) {
    const api = new Api();
    this.chat = new Chat(api, box, setting.language, () => this.queueDraw(), () => this.count());
    this.herald = new Herald(this.chat, outside);
    this.menu.add({ icon: "download", label: (words) => words.download, act: () => this.save(), shown: () => !this.chat.untouched });
    this.identity = new Identity(this.chat, api, setting.known === true, outside.identity);
    const forget: Forget = new Forget(this.chat, api, [box, drafts], () => this.scroller.toStartOf(forget.element), () => this.composer.focus());
    this.menu.add({ icon: "close", label: () => privacyWords(this.chat.language).forgetMe, act: () => forget.ask() });
    const header = new Header(setting.business, setting.languages, this.menu, {
      close: outside.close,
      speak: (language) => this.speak(language),
    });
    this.form = new FormCard(this.chat, () => this.words, () => this.scroller.toStartOf(this.form.element), () => this.composer.focus());
    this.tray = setting.files ? this.trayFor(drafts) : undefined;
    this.composer = new Composer(drafts, { say: (text, uploads) => this.chat.say(text, uploads), tray: this.tray, typing: () => this.chat.typing(Date.now()) });
    this.follow = new FollowCard(this.chat, () => this.composer.focus());
    const cases = new CaseBar(this.chat, () => this.form.open(), () => this.composer.focus());
    const log = new Log(this.chat, () => this.scroller.toEnd(), {
      retry: (item) => this.chat.retry(item),
      discard: (item) => this.chat.outbox.discard(item),
      choose: (choice) => this.choose(choice),
      judge: (message, helped) => this.chat.judge(message.id, helped),
      askPerson: () => this.chat.askPerson(),
    });
    const rating = new RatingCard(this.chat);
    const typing = new TypingLine(this.chat);
    this.parts = [{ draw: (words) => header.draw(this.chat, words) }, cases, log, typing, this.form, rating, this.composer, this.identity, forget];
    this.scroller.element.append(log.element, typing.element, rating.element, this.form.element, forget.element);
    this.person.append(icon("person"), this.personText);
    this.person.addEventListener("click", () => this.chat.askPerson());
    const foot = h("footer", {}, this.banner, this.identity.element, this.composer.element, this.person);
    document.body.append(header.element, cases.element, this.follow.element, h("main", {}, this.scroller.element), foot);
    this.draw();
  }

  show(shown: boolean): void {
    this.shown = shown;
    if (!shown) return;
    this.count();
    this.chat.open();
    this.chat.hurry();
    if (!this.chat.untouched) this.scroller.toEnd();
    this.focus();
  }

  /** The keys are taken only with the focus that the host page gives: who types there goes on typing there. */
  private focus(): void {
    if (document.hasFocus()) return this.composer.focus();
    window.addEventListener("focus", () => this.shown && this.composer.focus(), { once: true });
  }

  speak(language: string): void {
    const short = shortOf(language);
    if (this.setting.languages.includes(short) && short !== this.chat.language) void this.chat.speak(short);
  }

  prefill(text: string): void {
    this.composer.fill(text);
  }

  private trayFor(drafts: Box): Tray {
    const tray: Tray = new Tray(drafts, {
      pass: () => this.chat.entrance,
      open: () => this.chat.open(),
      isOffline: () => this.chat.link === "offline" || this.chat.trouble,
      send: () => this.composer.send(),
    });
    document.body.append(tray.parts.zone);
    return tray;
  }

  private get words(): Words {
    return wordsOf(this.chat.language);
  }

  private save(): void {
    const now = new Date();
    download(transcriptOf(this.chat.timeline.shown, this.setting.business, this.words, this.chat.language, now), now);
  }

  private choose(choice: Choice): void {
    if (choice.value === "talk_to_person") this.chat.askPerson();
    else if (choice.value === "leave_message") this.form.open();
    else this.chat.say(choice.value);
    if (choice.value !== "leave_message") this.composer.focus();
  }

  /** What came since the customer last looked; looking now means that all is seen. */
  private count(): void {
    const { messages, last } = this.chat.timeline;
    if (this.shown && last) this.box.set(SEEN, last.id);
    const seen = messages.findIndex((message) => message.id === this.box.get(SEEN));
    this.outside.unread(messages.slice(seen + 1).filter((message) => message.author !== "customer").length);
  }

  /** Many changes in one go are drawn once. */
  private queueDraw(): void {
    if (this.queued) return;
    this.queued = true;
    queueMicrotask(() => {
      this.queued = false;
      this.draw();
    });
  }

  private draw(): void {
    const { words } = this;
    if (this.told !== this.chat.language) {
      this.told = this.chat.language;
      document.documentElement.lang = this.chat.language;
      document.documentElement.dir = directionOf(this.chat.language);
      this.outside.language(this.chat.language);
    }
    this.herald.draw();
    for (const part of this.parts) part.draw(words);
    this.tray?.draw(this.chat.language);
    this.follow.draw();
    this.drawBanner(words);
    const asking = this.chat.outbox.items.some((item) => item.kind === "person" && !item.failed);
    write(this.personText, asking ? words.askingPerson : words.talkToPerson);
    this.scroller.settle();
  }

  private drawBanner(words: Words): void {
    const text = this.chat.link === "offline" ? words.offline : this.chat.anew ? words.anew : "";
    this.banner.hidden = !text;
    if (this.banner.dataset["text"] === text) return;
    this.banner.dataset["text"] = text;
    const retry = h("button", { type: "button", class: "link", onclick: () => this.chat.hurry() }, words.tryNow);
    this.banner.replaceChildren(h("span", {}, text), ...(this.chat.link === "offline" ? [retry] : []));
  }
}
