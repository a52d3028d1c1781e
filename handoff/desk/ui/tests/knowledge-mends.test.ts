import { afterEach, describe, expect, it } from "vitest";
import { learn, mended, mendWords } from "../src/logic/knowledge/mends";
import { chooseLanguage } from "../src/logic/words";

const FIGURES = { code: "figures_more", values: { more: "5 days", there: "answers.en.web" } };

afterEach(() => chooseLanguage("en"));

describe("what is to be mended", () => {
  it("is said in the reader's language, with its values and places", () => {
    expect(mendWords([FIGURES], "x")).toBe("says 5 days, which Answer on the web, English does not; make the two agree");
    chooseLanguage("es");
    expect(mendWords([FIGURES], "x")).toBe("dice 5 days y Respuesta en la web, inglés no; haz que coincidan");
    expect(mendWords([{ code: "text_missing", values: {} }, { code: "pictures", values: {} }], "x")).toBe("falta este texto; escríbelo; no se admiten imágenes");
  });

  it("stays as it came where one of its codes is not known here", () => {
    expect(mendWords([FIGURES, { code: "brand_new", values: {} }], "as it came")).toBe("as it came");
    expect(mendWords([], "as it came")).toBe("as it came");
    expect(mendWords(undefined, "as it came")).toBe("as it came");
  });

  it("is known of a sentence once its codes came with it, and a sentence alone is never guessed at", () => {
    const sentence = "says 5 days, which answers.en.web does not; make the two agree";
    chooseLanguage("es");
    expect(mended(sentence)).toBe(sentence);
    learn({ [sentence]: [FIGURES] });
    expect(mended(sentence)).toContain("haz que coincidan");
    for (const odd of [null, 7, { a: 7 }, { a: [null] }, { a: [{ code: 1 }] }]) learn(odd);
    expect(mended("a")).toBe("a");
  });
});
