import { afterEach, describe, expect, it } from "vitest";
import { byField, changedPlaces, mergedForms, previewable, slug, toContent, toForm } from "../src/logic/knowledge/form";
import { approvedBefore, isSamePerson, nameOf, reviewOf, standOf, stepsOf, titleOf } from "../src/logic/knowledge/standing";
import { keepWork, workOf } from "../src/logic/knowledge/work";
import { forgetWork, write } from "../src/logic/kept";
import { chooseLanguage } from "../src/logic/words";
import type { Content, Item, Version } from "../src/types-knowledge";

const ENTRY: Content = {
  id: "shop-hours",
  owner: "Carmen",
  author: "Marta",
  review_by: "2027-06-30",
  topic: "shop",
  title: { en: "Opening hours", es: "Horario" },
  phrasings: { en: ["when open", "hours?"], es: ["cuando abren"] },
  answers: { en: { web: "Open **daily**.", sms: "Open daily." }, es: { web: "Abierto.", sms: "Abierto." } },
  source: { document: { en: "Guide", es: "Guía" }, section: { en: "1", es: "1" } },
  values: { order: { kind: "pattern", pattern: "A-[0-9]{6}", example: "A-104820" } },
};

const ITEM: Item = {
  item_id: "shop-hours", kind: "entry", version: 2, digest: "sha256:0", state: "approved", author: "Nuria (nuria@example.com)",
  created_at: "", approver: null, approved_at: null, self_approved: false, title: { en: "Hours" }, topic: "shop", owner: "Carmen",
  review_by: "2026-12-01", live_version: 2, served: true,
};

afterEach(() => {
  localStorage.clear();
  chooseLanguage("en");
});

describe("content as a form", () => {
  it("goes round without loss, with what the form does not show", () => {
    expect(toContent(ENTRY, toForm(ENTRY, "entry"), "entry")).toEqual(ENTRY);
    const notice: Content = { id: "bye", owner: "C", author: "M", review_by: "2027-01-01", texts: { en: { web: "Bye" } }, label: true };
    expect(toContent(notice, toForm(notice, "notice"), "notice")).toEqual({ ...notice, texts: { en: { web: "Bye" }, es: {} } });
  });

  it("is one text a place, questions one a line", () => {
    expect(toForm(ENTRY, "entry")["phrasings.en"]).toBe("when open\nhours?");
    const form = { ...toForm(ENTRY, "entry"), "phrasings.en": " one \n\n two\n", "answers.es.sms": "  ", suggested: "yes" };
    const content = toContent(ENTRY, form, "entry");
    expect(content["phrasings"]).toEqual({ en: ["one", "two"], es: ["cuando abren"] });
    expect(content["answers"]).toEqual({ en: { web: "Open **daily**.", sms: "Open daily." }, es: { web: "Abierto." } });
    expect(content["suggested"]).toBe(true);
    expect(ENTRY["suggested"]).toBeUndefined();
  });

  it("can be previewed before it is complete", () => {
    const shown = previewable({ title: {} }, "2026-11-20");
    expect(shown).toMatchObject({ id: "new", topic: "new", owner: "-", review_by: "2026-11-20" });
    expect(previewable({ id: "bye" }, "2026-11-20")).not.toHaveProperty("topic");
  });

  it("makes an id out of a title", () => {
    expect(slug("¿Cuánto tarda un envío?")).toBe("cuanto-tarda-un-envio");
    expect(slug("x".repeat(90))).toHaveLength(64);
    expect(slug("¿?")).toBe("");
  });
});

describe("two people at one answer", () => {
  const base = { "title.en": "Hours", "answers.en.web": "Daily", owner: "Carmen" };

  it("keeps mine where I wrote and theirs everywhere else", () => {
    const mine = { ...base, "answers.en.web": "Every day" };
    const theirs = { ...base, owner: "Pilar" };
    expect(mergedForms(base, mine, theirs)).toEqual({ form: { ...mine, owner: "Pilar" }, both: [] });
  });

  it("names the places that both wrote, unless both wrote the same", () => {
    const mine = { ...base, "title.en": "Our hours", owner: "Pilar" };
    const theirs = { ...base, "title.en": "Opening hours", owner: "Pilar" };
    const merged = mergedForms(base, mine, theirs);
    expect(merged.both).toEqual(["title.en"]);
    expect(merged.form["title.en"]).toBe("Our hours");
  });

  it("counts spaces at the ends as no change", () => {
    expect(changedPlaces(base, { ...base, owner: " Carmen\n" })).toEqual([]);
  });
});

describe("errors of the server", () => {
  it("stand at their fields, with the line of a list, and nothing is lost", () => {
    const found = byField({ "phrasings.en[3]": "is empty", "title.es": "missing", "values.order": "unused" }, "entry");
    expect(found.get("phrasings.en")).toEqual([{ message: "is empty", line: 4 }]);
    expect(found.get("title.es")).toEqual([{ message: "missing", line: null }]);
    expect(found.get("")?.[0]?.message).toContain("values.order: unused");
  });
});

describe("unsaved work", () => {
  const work = { base: 3, from: { owner: "Carmen" }, form: { owner: "Pilar" } };

  it("stays in this browser until it is saved, and leaves with the agent", () => {
    keepWork("shop-hours", work);
    expect(workOf("shop-hours")).toEqual(work);
    keepWork("shop-hours", null);
    expect(workOf("shop-hours")).toBeNull();
    keepWork("shop-hours", work);
    forgetWork();
    expect(workOf("shop-hours")).toBeNull();
  });

  it.each(["{broken", "7", '{"base": 1}', '{"base": 1, "from": {"a": 1}, "form": {}}'])("is none when %s is stored", (nonsense) => {
    write("draft.knowledge.shop-hours", nonsense);
    expect(workOf("shop-hours")).toBeNull();
  });
});

describe("how an answer stands", () => {
  const now = Date.parse("2026-11-20T12:00:00Z");

  it("is in service when the release holds its newest version", () => {
    expect(standOf(ITEM)).toBe("released");
    expect(standOf({ ...ITEM, live_version: 1 })).toBe("approved");
    expect(standOf({ ...ITEM, state: "draft" })).toBe("draft");
  });

  it("is near its review for fourteen days, and good on its last day", () => {
    expect(reviewOf("2026-12-05", now)).toBe("calm");
    expect(reviewOf("2026-12-04", now)).toBe("near");
    expect(reviewOf("2026-11-20", now)).toBe("near");
    expect(reviewOf("2026-11-19", now)).toBe("past");
  });

  it("is called by the reader's title, else the other language's, else its id", () => {
    expect(titleOf({ en: "Hours", es: "Horario" }, "es", "x")).toBe("Horario");
    expect(titleOf({ en: "Hours" }, "es", "x")).toBe("Hours");
    expect(titleOf({}, "es", "x")).toBe("x");
  });

  it("knows its author again, accents and e-mail aside", () => {
    expect(nameOf("Núria (nuria@example.com)")).toBe("Núria");
    expect(nameOf("Pilar Romero, pedidos")).toBe("Pilar Romero, pedidos");
    expect(isSamePerson("Núria  Gil (nuria@example.com)", "nuria gil")).toBe(true);
    expect(isSamePerson("Nuria", "Elena")).toBe(false);
  });

  it("offers the steps of its state to supervisors alone", () => {
    const version = (number: number, state: Version["state"], approver: string | null = null): Version => ({ ...ITEM, version: number, state, approver });
    const steps = (state: Item["state"], versions: Version[]): string[] => stepsOf({ item: { ...ITEM, state }, versions }, true);
    expect(steps("draft", [version(1, "draft")])).toEqual(["submit"]);
    expect(steps("in_review", [version(1, "approved"), version(2, "in_review")])).toEqual(["approve", "send-back", "retire"]);
    expect(steps("retired", [version(1, "retired")])).toEqual([]);
    expect(stepsOf({ item: ITEM, versions: [version(1, "approved")] }, false)).toEqual([]);
    expect(approvedBefore([version(1, "approved", "E"), version(2, "draft"), version(3, "in_review")], 3)).toBe(1);
    expect(approvedBefore([version(1, "draft")], 1)).toBeNull();
  });
});
