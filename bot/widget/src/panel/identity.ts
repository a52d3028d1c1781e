// Who the customer is by their site's word. The token stays in memory; the server alone decides what it is worth.

import { privacyWords } from "../i18n/privacy";
import type { Chat } from "./chat";
import type { Api, Elsewhere, Pass } from "./net/api";
import { asFailed } from "./net/errors";
import { h, write } from "./view/dom";

/** What the host page is told: `ok`, or why its token was refused. Never who it is. */
export interface Known {
  code: string;
}

export class Identity {
  readonly element = h("div", { class: "banner", role: "status", hidden: true });
  private readonly text = h("span");
  private readonly go = h("button", { type: "button", class: "link", onclick: () => this.follow() });
  private token: string | undefined;
  private known = false;
  private elsewhere: Elsewhere | undefined;
  private asking = false;

  constructor(
    private readonly chat: Chat,
    private readonly api: Api,
    private readonly required: boolean,
    private readonly tell: (known: Known) => void,
  ) {
    this.element.append(this.text, this.go);
    chat.keeper.settled = (code, elsewhere) => this.started(code, elsewhere);
  }

  /** A token of the site's; null when its customer has signed out, who then must not be read by the next one here. */
  identify(token: string | null): void {
    this.token = token ?? undefined;
    this.chat.keeper.identity = this.chat.entrance ? undefined : this.token;
    this.known = false;
    if (token === null && this.chat.keeper.isKnown()) this.begin(undefined);
    this.draw();
  }

  draw(): void {
    const words = privacyWords(this.chat.language);
    const asks = this.required && !this.known && !this.chat.keeper.isKnown() && this.chat.state === "bot" && !this.chat.handoff;
    this.element.hidden = !asks && !this.elsewhere;
    write(this.text, this.elsewhere ? words.caseElsewhere(this.elsewhere.reference) : asks ? words.signIn : "");
    this.go.hidden = !this.elsewhere;
    write(this.go, words.goThere);
    void this.ask();
  }

  /** Asked of a conversation that is there already; a new one is begun with the token. */
  private async ask(): Promise<void> {
    const pass = this.chat.entrance;
    const token = this.token;
    if (!pass || !token || this.asking) return;
    this.asking = true;
    this.token = this.chat.keeper.identity = undefined;
    try {
      const { elsewhere } = await this.api.identify(pass, token);
      if (pass === this.chat.entrance) this.found(pass, elsewhere);
    } catch (error) {
      this.refused(asFailed(error), token);
    } finally {
      this.asking = false;
    }
  }

  private found(pass: Pass, elsewhere: Elsewhere | undefined): void {
    this.chat.keeper.keep(pass, true);
    this.elsewhere = elsewhere;
    this.settle("ok");
    if (elsewhere && this.chat.untouched) this.follow();
  }

  private refused(failure: ReturnType<typeof asFailed>, token: string): void {
    if (failure.passing) this.token = token;
    else if (failure.code === "identity_conflict") this.begin(token);
    else if (failure.refused) this.chat.keeper.identity = token;
    else this.settle(failure.code);
  }

  private started(code: string, elsewhere: Elsewhere | undefined): void {
    this.token = undefined;
    this.elsewhere = elsewhere;
    this.settle(code);
  }

  private settle(code: string): void {
    this.known = code === "ok";
    this.tell({ code });
    if (this.known) for (const { item } of this.chat.unsent) if (item.failed === "identity_required") this.chat.retry(item);
    this.draw();
  }

  /** Somebody else is here now: what is on this page, or waits to be sent, is not theirs. */
  private begin(token: string | undefined): void {
    this.elsewhere = undefined;
    this.token = token;
    this.chat.keeper.identity = token;
    this.chat.move(undefined);
  }

  private follow(): void {
    if (!this.elsewhere) return;
    const pass = { id: this.elsewhere.conversation_id, token: this.elsewhere.token };
    this.elsewhere = undefined;
    this.chat.keeper.keep(pass, true);
    this.chat.move(pass);
  }
}
