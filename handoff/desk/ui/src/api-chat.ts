/** What the desk API says of ending a chat. */
import { call } from "./api";

export interface Endings {
  outcomes: string[];
  /** Of the approved knowledge; a case may be given other words. */
  topics: string[];
}

export const chat = {
  endings: () => call<Endings>("GET", "/endings"),
};
