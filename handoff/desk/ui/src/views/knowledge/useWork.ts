import { useRef, useState } from "preact/hooks";
import { changedPlaces, mergedForms, type Form } from "../../logic/knowledge/form";
import { keepWork, workOf, type Work } from "../../logic/knowledge/work";

export interface Desk {
  form: Form;
  work: Work | null;
  /** Work that was put aside, not thrown away. */
  aside: Work | null;
  /** The unsaved work was found again in this browser. */
  kept: boolean;
  set: (place: string, text: string) => void;
  putAside: () => void;
  bringBack: () => void;
  /** Mine on top of `theirs`, which is version `version`; returns the places that both changed. */
  merge: (version: number, theirs: Form) => string[];
  /** `sent` is saved as `version`; what was typed meanwhile stays unsaved. */
  saved: (version: number, sent: Form) => void;
}

const asideOf = (id: string): string => `${id}.aside`;

/** What is being written over the content `read` of `version`; every stroke is kept in this browser. */
export function useWork(id: string, version: number, read: Form): Desk {
  const [work, setWork] = useState<Work | null>(() => workOf(id));
  const [aside, setAside] = useState<Work | null>(() => workOf(asideOf(id)));
  const [kept, setKept] = useState(work !== null);
  const latest = useRef(work);
  const change = (next: Work | null): void => {
    latest.current = next;
    keepWork(id, next);
    setWork(next);
  };
  const shelve = (next: Work | null): void => {
    keepWork(asideOf(id), next);
    setAside(next);
  };
  return {
    form: work?.form ?? read,
    work,
    aside,
    kept,
    set: (place, text) => {
      const now = latest.current ?? { base: version, from: read, form: read };
      const form = { ...now.form, [place]: text };
      change(changedPlaces(now.from, form).length > 0 ? { ...now, form } : null);
    },
    putAside: () => {
      shelve(latest.current);
      change(null);
      setKept(false);
    },
    bringBack: () => {
      change(aside);
      shelve(null);
    },
    merge: (newest, theirs) => {
      const now = latest.current;
      if (!now) return [];
      const { form, both } = mergedForms(now.from, now.form, theirs);
      change({ base: newest, from: theirs, form });
      return both;
    },
    saved: (newest, sent) => {
      const form = latest.current?.form ?? sent;
      change(changedPlaces(sent, form).length > 0 ? { base: newest, from: sent, form } : null);
      setKept(false);
    },
  };
}
