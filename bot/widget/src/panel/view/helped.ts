// "Did this help?" under the newest answer, and what was said of it. A "no" puts a person within reach.

import type { Words } from "../../i18n";
import type { Message } from "../net/shapes";
import { h } from "./dom";

export interface HelpedActions {
  judge: (message: Message, helped: boolean) => Promise<void>;
  askPerson: () => void;
}

export function drawHelped(message: Message, words: Words, actions: HelpedActions): HTMLElement {
  if (message.helped === true) return line(words.helpedThanks);
  if (message.helped === false) {
    const person = h("button", { type: "button", class: "small-button", onclick: () => actions.askPerson() }, words.talkToPerson);
    return line(words.unhelpedThanks, person);
  }
  const button = (helped: boolean, text: string) =>
    h("button", { type: "button", class: "small-button", "aria-label": `${words.helpedAsk} ${text}`, onclick: () => void judge(helped) }, text);
  const asked = line(words.helpedAsk, button(true, words.helpedYes), button(false, words.helpedNo));
  const judge = async (helped: boolean) => {
    try {
      await actions.judge(message, helped);
    } catch {
      asked.append(h("span", { class: "problem", role: "alert" }, words.failed));
    }
  };
  return asked;
}

const line = (text: string, ...rest: HTMLElement[]): HTMLElement => h("div", { class: "helped" }, h("span", {}, text), ...rest);
