// One conversation as this page knows it: started or resumed, followed by cursor, with a queue of what is unsent.
// The server's text is the truth; this only remembers which conversation it is and what it has not confirmed.

import { type Api, type Pass } from "./net/api";
import { Backoff } from "./net/backoff";
import { asFailed, CallFailed } from "./net/errors";
import type { StreamEvent } from "./net/parser";
import type { Conversation, Form, Handoff, Message, State, StateChange } from "./net/shapes";
import { follow } from "./net/stream";
import { type Item, Outbox } from "./outbox";
import { PassKeeper } from "./pass";
import type { Box } from "./storage";
import { Timeline } from "./timeline";

export type Link = "idle" | "connecting" | "online" | "offline";

const TYPING_EVERY = 4000;
const TYPING_SHOWN = 6000; // a hint that nobody repeats is forgotten
const REST = 4 * 3_600_000;
const STATES: Record<string, State> = { waiting: "waiting", offered: "waiting", active: "agent" };

export class Chat {
  readonly timeline = new Timeline();
  readonly outbox: Outbox;
  state: State = "bot";
  handoff: Handoff | undefined;
  agent: string | undefined;
  link: Link = "idle";
  anew = false; // the old conversation could not be continued
  trouble = false; // the last try to send did not get through
  ratable = false; // a person has just finished
  typist: string | undefined; // who of us types now
  readUpto: string | undefined; // the cursor of the newest message that a person of ours has seen
  suggestions: readonly string[] = []; // first questions, for who comes back after a while

  readonly keeper: PassKeeper;
  private resting = false;
  private readonly reads = new Backoff();
  private readonly sends = new Backoff();
  private readonly sent = new Map<string, { item: Item; id: string }>();
  private pass: Pass | undefined;
  private cursor: string | undefined;
  private following = new AbortController();
  private pumping = false;
  private typedAt = 0;
  private typistGoes: ReturnType<typeof setTimeout> | undefined;
  private unspoken: string | undefined;

  constructor(
    private readonly api: Api,
    box: Box,
    public language: string,
    private readonly onChange: () => void,
    private readonly onMessages: () => void = () => {},
  ) {
    this.outbox = new Outbox(box, onChange);
    this.keeper = new PassKeeper(api, box);
  }

  /** Said by the customer, not yet back from the server: confirmed ones first. */
  get unsent(): { item: Item; sent: boolean }[] {
    const confirmed = [...this.sent.values()].map(({ item }) => ({ item, sent: true }));
    return [...confirmed, ...this.outbox.items.filter((item) => !this.sent.has(item.clientId)).map((item) => ({ item, sent: false }))];
  }

  /** Nothing but the bot's greeting so far. */
  get untouched(): boolean {
    return this.state === "bot" && !this.unsent.length && this.timeline.messages.every(({ author }) => author === "bot");
  }

  /** What calls beside the conversation need, once there is one. */
  get entrance(): Pass | undefined {
    return this.pass;
  }

  /** Takes up the conversation of an earlier visit; false when there is none. */
  resume(): boolean {
    if (!this.keeper.read()) return false;
    this.open();
    return true;
  }

  open(): void {
    this.resting = false;
    if (this.link !== "idle") return;
    this.link = "connecting";
    void this.run();
  }

  say(text: string, uploads: string[] = []): void {
    this.outbox.add("message", text, Date.now(), uploads);
    this.open();
    void this.pump();
  }

  askPerson(): void {
    this.outbox.add("person", "", Date.now());
    this.open();
    void this.pump();
  }

  retry(item: Item): void {
    this.outbox.retry(item);
    this.hurry();
  }

  /** The world looks better: try everything now. */
  hurry(): void {
    this.reads.hurry();
    this.sends.hurry();
    void this.pump();
  }

  /** Another tab changed what is stored. */
  look(): void {
    const stored = this.keeper.read();
    if (stored && this.pass && stored.id !== this.pass.id) this.leave(stored);
    this.onChange();
    void this.pump();
  }

  /** Another conversation, or none, which with `rest` lasts until `open`: what is queued here does not go along. */
  move(pass: Pass | undefined, rest = false): void {
    for (const item of this.outbox.items) this.outbox.discard(item);
    if (!pass && this.pass) this.keeper.forget(this.pass);
    this.resting = rest && this.link !== "idle";
    this.anew = false;
    this.leave(pass);
    this.reads.hurry();
  }

  async leaveMessage(form: Form, key: string): Promise<void> {
    this.adopt(await this.api.leaveMessage(this.known(), form, key));
  }

  async withdraw(handoff: Handoff): Promise<void> {
    try {
      await this.api.withdraw(this.known(), handoff);
    } catch (error) {
      if ([404, 409].includes(asFailed(error).status)) await this.refresh();
      throw error;
    }
    await this.refresh();
  }

  async rate(stars: number): Promise<void> {
    await this.api.rate(this.known(), stars);
  }

  async judge(id: string, helped: boolean): Promise<void> {
    await this.api.judge(this.known(), id, helped);
    if (this.timeline.change(id, { helped })) this.onChange();
  }

  /** Nothing is going on: what was said last was said long ago. */
  rests(now: number): boolean {
    const last = this.timeline.last;
    return this.state === "bot" && !this.unsent.length && last !== undefined && last.author !== "customer" && now - Date.parse(last.at) > REST;
  }

  forgetRating(): void {
    this.ratable = false;
    this.onChange();
  }

  async speak(language: string): Promise<void> {
    this.language = language;
    this.unspoken = language;
    this.onChange();
    await this.tellLanguage();
  }

  typing(now: number): void {
    if (this.state !== "agent" || !this.pass || now - this.typedAt < TYPING_EVERY) return;
    this.typedAt = now;
    this.api.typing(this.pass).catch(() => {});
  }

  private known(): Pass {
    if (!this.pass) throw new CallFailed(0, "unreachable");
    return this.pass;
  }

  private async run(): Promise<void> {
    for (;;) {
      if (this.resting) {
        this.resting = false;
        return this.connected("idle");
      }
      let wait = 0;
      let opened = false;
      try {
        await this.connect();
        void this.pump();
        void this.tellLanguage();
        if (this.rests(Date.now())) void this.suggest();
        this.following = new AbortController();
        await follow({
          api: this.api,
          pass: this.known(),
          after: this.cursor!,
          signal: this.following.signal,
          onOpen: () => {
            opened = true;
            this.reads.reset();
            this.connected("online");
          },
          onEvent: (event) => this.hear(event),
        });
      } catch (error) {
        wait = this.fell(asFailed(error), opened);
      }
      await this.reads.pause(wait);
    }
  }

  /** Has a conversation, and the whole of it when this page does not know it yet. */
  private async connect(): Promise<void> {
    if (!this.pass) {
      const { pass, started } = await this.keeper.obtain(this.language);
      this.pass = pass;
      if (started) {
        this.cursor = started.cursor;
        this.receive(started.messages);
      }
    }
    if (this.cursor === undefined) await this.refresh();
  }

  private async refresh(): Promise<void> {
    const pass = this.known();
    const found = await this.api.read(pass);
    if (pass === this.pass) this.takeUp(found);
  }

  private takeUp(found: Conversation): void {
    this.cursor ??= found.cursor;
    if (!this.unspoken) this.language = found.language;
    this.readUpto = found.read_upto ?? undefined;
    this.receive(found.messages);
    this.change(found);
  }

  private hear(event: StreamEvent): void {
    const data: unknown = JSON.parse(event.data);
    if (event.event === "message") this.receive([data as Message]);
    else if (event.event === "state") this.change(data as StateChange);
    else if (event.event === "helped") this.hearHelped(data as { message: string; helped: boolean });
    else if (event.event === "read") this.hearRead(data as { upto: string });
    else if (event.event === "typing") this.showTypist((data as { agent: string }).agent);
    if (event.id) this.cursor = event.id;
  }

  private receive(messages: Message[]): void {
    for (const message of messages) this.confirm(message);
    const fresh = this.timeline.add(messages);
    if (fresh.some(({ author }) => author === "agent")) this.typist = undefined;
    this.onChange();
    if (fresh.length) this.onMessages();
  }

  private hearHelped({ message, helped }: { message: string; helped: boolean }): void {
    if (this.timeline.change(message, { helped })) this.onChange();
  }

  private hearRead({ upto }: { upto: string }): void {
    this.readUpto = upto;
    this.onChange();
  }

  private async suggest(): Promise<void> {
    const { questions } = await this.api.suggestions(this.known()).catch(() => ({ questions: [] }));
    this.suggestions = questions;
    this.onChange();
  }

  private showTypist(name: string): void {
    clearTimeout(this.typistGoes);
    this.typist = this.state === "agent" ? name : undefined;
    this.typistGoes = setTimeout(() => {
      this.typist = undefined;
      this.onChange();
    }, TYPING_SHOWN);
    this.onChange();
  }

  private confirm(message: Message): void {
    if (message.author !== "customer") return;
    for (const [clientId, { id }] of this.sent) if (id === message.id) this.sent.delete(clientId);
    if (message.client_id) {
      this.sent.delete(message.client_id);
      this.outbox.settle(message.client_id);
    }
  }

  private change(to: StateChange): void {
    if (this.state === "agent" && to.state === "bot") this.ratable = true;
    this.state = to.state;
    this.handoff = to.handoff ?? undefined;
    if (to.state !== "agent") this.typist = undefined;
    this.agent = to.agent ?? (to.state === "agent" ? this.timeline.agent : undefined);
    this.onChange();
  }

  /** What a call of ours returned, unless the stream already told something newer. */
  private adopt(brief: Handoff): void {
    const newer = this.handoff?.reference !== brief.reference || brief.version >= this.handoff.version;
    if (newer) this.change({ state: STATES[brief.state ?? ""] ?? "callback", handoff: brief, agent: this.agent ?? null });
  }

  private fell(failure: CallFailed, opened: boolean): number {
    if (failure.refused) this.startAnew();
    else if (failure.code === "invalid_input") this.cursor = undefined;
    this.connected(opened || failure.refused ? "connecting" : "offline");
    return failure.wait;
  }

  private connected(link: Link): void {
    if (link === this.link) return;
    this.link = link;
    this.onChange();
  }

  /** The token is no good any more: what is unsent goes into a new conversation. */
  private startAnew(): void {
    if (this.pass) this.keeper.forget(this.pass);
    this.leave(undefined);
    this.anew = true;
  }

  private leave(pass: Pass | undefined): void {
    this.pass = pass;
    this.cursor = undefined;
    this.sent.clear();
    this.timeline.replace([]);
    this.change({ state: "bot" });
    this.ratable = false;
    this.readUpto = undefined;
    this.suggestions = [];
    this.following.abort();
  }

  private async pump(): Promise<void> {
    if (this.pumping || !this.pass) return;
    this.pumping = true;
    try {
      for (;;) {
        const flushed = await this.outbox.flush((item) => this.deliver(item));
        this.trouble = flushed.result === "later";
        this.onChange();
        if (flushed.result === "refused") this.following.abort();
        if (flushed.result !== "later") return;
        await this.sends.pause(flushed.wait);
      }
    } finally {
      this.pumping = false;
    }
  }

  private async deliver(item: Item): Promise<void> {
    const pass = this.known();
    if (item.kind === "person") await this.deliverAsking(pass, item.clientId);
    else {
      const { message_id } = await this.api.send(pass, item.clientId, item.text, item.uploads);
      if (!this.timeline.has(message_id)) this.sent.set(item.clientId, { item, id: message_id });
    }
    this.sends.reset();
  }

  /** Asked before, and that case has ended since: 404, though the conversation is there. Then all is said. */
  private async deliverAsking(pass: Pass, key: string): Promise<void> {
    try {
      this.adopt(await this.api.askPerson(pass, key));
    } catch (error) {
      if (asFailed(error).status !== 404) throw error;
      await this.refresh();
    }
  }

  private async tellLanguage(): Promise<void> {
    const language = this.unspoken;
    if (!language || !this.pass) return;
    try {
      await this.api.speak(this.pass, language);
    } catch (error) {
      if (asFailed(error).passing) return;
    }
    if (this.unspoken === language) this.unspoken = undefined;
  }
}
