import { useEffect, useState } from "preact/hooks";
import { ApiError } from "../../api";
import { knowledge } from "../../api-knowledge";
import { serverNow } from "../../logic/clock";
import { said } from "../../logic/errors";
import { previewable, toContent, type Form } from "../../logic/knowledge/form";
import { useSettled } from "../../parts/settled";
import type { Content, Kind, Preview } from "../../types-knowledge";

const TYPING = 400;
type Errors = Readonly<Record<string, string>>;

export interface Looked {
  preview: Preview | null;
  /** What keeps it from a review, place → what to mend. */
  errors: Errors;
  trouble: string | null;
}

/** The server's preview of what is written, a moment after the last stroke. */
export function usePreview(kind: Kind, content: Content, form: Form): Looked {
  const settled = useSettled(form, TYPING);
  const [looked, setLooked] = useState<Looked>({ preview: null, errors: {}, trouble: null });
  useEffect(() => {
    let wanted = true;
    const today = new Date(serverNow()).toISOString().slice(0, 10);
    const written = previewable(toContent(content, settled, kind), today);
    void knowledge.preview(kind, written).then(
      (preview) => wanted && setLooked({ preview, errors: preview.errors, trouble: null }),
      (error: unknown) => wanted && setLooked((before) => ({ ...before, ...told(error) })),
    );
    return () => {
      wanted = false;
    };
  }, [kind, content, settled]);
  return looked;
}

function told(error: unknown): Pick<Looked, "errors" | "trouble"> {
  const fields = error instanceof ApiError && error.status === 422 ? error.fields : {};
  return { errors: fields, trouble: Object.keys(fields).length > 0 ? null : said(error) };
}
