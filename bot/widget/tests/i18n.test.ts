import { expect, test } from "vitest";
import { chooseLanguage, WORDS } from "../src/i18n";
import { LOADER_WORDS } from "../src/i18n/loader";

const say = (words: object) =>
  Object.entries(words).map(([key, word]) => [key, typeof word === "function" ? (word as (...a: string[]) => string)("2", "R-7K3M9Q") : (word as string)] as const);

test.each(Object.keys(WORDS))("every word exists in %s and is not left in another language", (language) => {
  const here = Object.fromEntries(say(WORDS[language]!));
  for (const [other, words] of Object.entries(WORDS)) {
    if (other === language) continue;
    for (const [key, text] of say(words)) {
      expect(here[key]?.trim(), key).toBeTruthy();
      expect(here[key], key).not.toBe(text);
    }
  }
});

test.each(Object.keys(WORDS))("the frame is calm in %s: no exclamation marks, no jargon", (language) => {
  for (const [key, text] of say(WORDS[language]!)) expect(text, key).not.toMatch(/[!¡]|ticket|escalat|escalad|unfortunately|lamentablemente/i);
});

test("the loader speaks the same languages", () => {
  expect(Object.keys(LOADER_WORDS).sort()).toEqual(Object.keys(WORDS).sort());
});

test("the language is the site's wish, else the browser's, else the business's first", () => {
  expect(chooseLanguage(["en-GB", "es"], ["es", "en"])).toBe("en");
  expect(chooseLanguage([null, "fr", "es-AR"], ["en", "es"])).toBe("es");
  expect(chooseLanguage([undefined, "fr"], ["es", "en"])).toBe("es");
});
