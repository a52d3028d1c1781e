import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { toDo } from "../src/logic/notices";
import { chooseLanguage, named, preferred, reasonOf, t } from "../src/logic/words";
import { en, type Word } from "../src/words/en";
import { es } from "../src/words/es";

const names = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((each) => each[1] ?? "").sort();

describe("both languages", () => {
  it("have the same words, none empty, with the same names to fill in", () => {
    expect(Object.keys(es).sort()).toEqual(Object.keys(en).sort());
    for (const word of Object.keys(en) as Word[]) {
      expect(es[word].trim(), word).not.toBe("");
      expect(names(es[word]), word).toEqual(names(en[word]));
    }
  });

  it("use no jargon", () => {
    for (const text of [...Object.values(en), ...Object.values(es)]) expect(text).not.toMatch(/ticket|escalat|escala[dr]/i);
  });
});

describe("choosing", () => {
  it("follows the browser, and English when it speaks neither", () => {
    expect(preferred(["ca-ES", "es-ES", "en"])).toBe("es");
    expect(preferred(["de-DE"])).toBe("en");
  });

  it("fills names in and leaves an unknown one to be seen", () => {
    chooseLanguage("es");
    expect(t("queue.unseen", { n: 3 })).toBe("3 sin leer");
    expect(t("queue.unseen")).toBe("{n} sin leer");
    chooseLanguage("en");
  });

  it("has words for every reason of the verdict table and every kind of its signals", () => {
    const table = readFileSync("../../detection/lexicons/table.toml", "utf8");
    const codes = [...table.matchAll(/^(?:reason|kind) = "([\w.]+)"/gm)].map((each) => each[1] ?? "");
    expect(codes.length).toBeGreaterThan(10);
    for (const code of codes) expect(reasonOf(code), code).toBe(t(`reason.${code.replaceAll(".", "_")}` as "reason.loop"));
  });

  it("has words for every alert that the desk shows: what happened, and what to do", () => {
    const source = readFileSync("../../service/telling/alerts.py", "utf8");
    const kinds = [...source.matchAll(/^ {4}"(\w+)": Lasts\./gm)].map((each) => each[1] ?? "");
    expect(kinds.length).toBeGreaterThan(10);
    for (const kind of kinds) for (const word of [`notice.${kind}`, `todo.${kind}`]) expect(Object.keys(en)).toContain(word);
  });

  it("gives the carrier's advice in the reader's language, and the kind's own where there is none", () => {
    const data = { code: "30005", message: "Call.", message_es: "Llamar." };
    const dead = { id: "1", kind: "delivery_dead", reference: null, customer_label: null, at: "", data, count: 1, references: [] };
    expect(toDo(dead)).toBe("Call.");
    chooseLanguage("es");
    expect(toDo(dead)).toBe("Llamar.");
    expect(toDo({ ...dead, data: { code: "x" } })).toBe(es["todo.delivery_dead"]);
    expect(toDo({ ...dead, data: { code: "opted_out" } })).toBe(es["todo.opted_out"]);
    chooseLanguage("en");
  });

  it("shows a code that has no word yet as it is", () => {
    expect(named("reason", "some_new_reason")).toBe("some new reason");
  });
});
