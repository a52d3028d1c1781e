/** Content as a form and back: one text a place, such as `answers.en.web`, which is also how errors name it. */
import type { Content, Kind, Spoken } from "../../types-knowledge";
import { unaccented } from "../queue";

export type Form = Readonly<Record<string, string>>;
export const LANGUAGES: readonly Spoken[] = ["en", "es"];

const LISTS = /^(phrasings|near|far|follow_ups)\./;
/** Holds the targets, one a line; their words stand at `follow_ups.<target>.<language>`. */
export const FOLLOW_UPS = "follow_ups";
const SPOKEN: Readonly<Record<Kind, readonly string[]>> = {
  entry: ["title.*", "answers.*.web", "answers.*.sms", "phrasings.*", "source.document.*", "source.section.*"],
  notice: ["texts.*.web", "texts.*.sms"],
  negatives: ["near.*", "far.*"],
};
const ONCE: Readonly<Record<Kind, readonly string[]>> = {
  entry: [FOLLOW_UPS, "id", "topic", "owner", "review_by", "audience", "suggested"],
  notice: ["id", "owner", "review_by"],
  negatives: ["id", "owner", "review_by"],
};

/** The places of a kind that are written in each language, with `*` for it. */
export function spokenPlaces(kind: Kind): readonly string[] {
  return SPOKEN[kind];
}

/** Every place of a kind, in the order of the page. */
export function placesOf(kind: Kind): string[] {
  const spoken = SPOKEN[kind].flatMap((place) => LANGUAGES.map((language) => place.replace("*", language)));
  return [...spoken, ...ONCE[kind]];
}

type Tree = { [key: string]: unknown };

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function at(content: Content, place: string): unknown {
  return place.split(".").reduce<unknown>((tree, key) => (isTree(tree) ? tree[key] : undefined), content);
}

export function toForm(content: Content, kind: Kind): Form {
  const form = Object.fromEntries(placesOf(kind).map((place) => [place, text(at(content, place))]));
  const declared = content[FOLLOW_UPS];
  if (kind !== "entry" || !isTree(declared)) return form;
  const targets = Object.keys(declared);
  const asked = targets.flatMap(followUpPlaces).map((place) => [place, text(at(content, place))]);
  return { ...form, [FOLLOW_UPS]: targets.join("\n"), ...Object.fromEntries(asked) };
}

/** The answers that follow-ups of this form lead to, by their short names. */
export function targetsOf(form: Form): string[] {
  return lines(form[FOLLOW_UPS] ?? "");
}

export function followUpPlaces(target: string): string[] {
  return LANGUAGES.map((language) => `${FOLLOW_UPS}.${target}.${language}`);
}

function lines(written: string): string[] {
  return written.split("\n").map((line) => line.trim()).filter(Boolean);
}

function text(value: unknown): string {
  if (Array.isArray(value)) return value.join("\n");
  if (typeof value === "boolean") return value ? "yes" : "";
  return typeof value === "string" ? value : "";
}

/** `content` with what the form says; what the form does not show, such as values, stays as it is. */
export function toContent(content: Content, form: Form, kind: Kind): Content {
  const next = structuredClone(content) as Tree;
  for (const place of placesOf(kind)) if (place !== FOLLOW_UPS) put(next, place.split("."), worth(place, form[place] ?? ""));
  if (kind === "entry") put(next, [FOLLOW_UPS], followUps(form));
  return next;
}

/** By target, then language; undefined when there are none. A language without a word is left out. */
function followUps(form: Form): unknown {
  const asked = targetsOf(form).map((target) => {
    const said = LANGUAGES.map((language) => [language, lines(form[`${FOLLOW_UPS}.${target}.${language}`] ?? "")] as const);
    return [target, Object.fromEntries(said.filter(([, texts]) => texts.length > 0))] as const;
  });
  return asked.length > 0 ? Object.fromEntries(asked) : undefined;
}

/** What a place holds; undefined when it is left out. */
function worth(place: string, written: string): unknown {
  const tidy = written.trim();
  if (LISTS.test(place)) return lines(tidy);
  if (place === "suggested") return tidy === "yes" || undefined;
  if (place === "audience") return tidy === "customers" ? tidy : undefined;
  return tidy || undefined;
}

function put(tree: Tree, [key, ...rest]: string[], value: unknown): void {
  if (key === undefined) return;
  if (rest.length === 0) {
    if (value === undefined) delete tree[key];
    else tree[key] = value;
    return;
  }
  const inner = isTree(tree[key]) ? tree[key] : (tree[key] = {});
  put(inner as Tree, rest, value);
}

/** Content that can be previewed although what customers never see is still missing. */
export function previewable(content: Content, today: string): Content {
  return { ...content, id: content["id"] ?? "new", owner: content["owner"] ?? "-", review_by: content["review_by"] ?? today, ...("title" in content ? { topic: content["topic"] ?? "new" } : {}) };
}

export function changedPlaces(before: Form, after: Form): string[] {
  const places = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...places].filter((place) => tidied(before[place]) !== tidied(after[place]));
}

function tidied(written: string | undefined): string {
  return (written ?? "").trim();
}

export interface Merged {
  form: Form;
  /** The places that both changed, each in another way: mine stand in the form. */
  both: string[];
}

/** What both wrote since `base`: theirs wherever I changed nothing, mine everywhere else. */
export function mergedForms(base: Form, mine: Form, theirs: Form): Merged {
  const form: Record<string, string> = { ...theirs };
  const both: string[] = [];
  for (const place of changedPlaces(base, mine)) {
    form[place] = mine[place] ?? "";
    const moved = tidied(base[place]) !== tidied(theirs[place]);
    if (moved && tidied(theirs[place]) !== tidied(mine[place])) both.push(place);
  }
  return { form, both };
}

export interface Told {
  message: string;
  /** Of a list, the line that is meant, counted from 1. */
  line: number | null;
}

/** The server's errors by field of the form; "" holds what belongs to none of them. */
export function byField(errors: Readonly<Record<string, string>>, kind: Kind): ReadonlyMap<string, readonly Told[]> {
  const known = new Set(placesOf(kind));
  const found = new Map<string, Told[]>();
  for (const [place, message] of Object.entries(errors)) {
    const index = /\[(\d+)\]/.exec(place);
    const plain = place.replace(/\[\d+\].*$/, "");
    const field = known.has(plain) || (kind === "entry" && /^follow_ups\.[^.]+\.(en|es)$/.test(plain)) ? plain : "";
    const told = { message: field ? message : `${place}: ${message}`, line: field && index ? Number(index[1]) + 1 : null };
    found.set(field, [...(found.get(field) ?? []), told]);
  }
  return found;
}

/** An id out of a title: "¿Cuánto tarda un envío?" becomes cuanto-tarda-un-envio. */
export function slug(title: string): string {
  const words = unaccented(title).replace(/[^a-z0-9]+/g, "-");
  return words.slice(0, 64).replace(/^-+|-+$/g, "");
}
