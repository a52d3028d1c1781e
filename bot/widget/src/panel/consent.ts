// The approved line that stands before contact data in every form that takes it. Its version goes along with the form.

interface Line {
  text: string;
  version: string;
}

let lines: Record<string, Line> | undefined;

/** The line in this language; undefined where the business has approved none. */
export function consentIn(language: string): Line | undefined {
  lines ??= read();
  return lines[language];
}

function read(): Record<string, Line> {
  const meta = document.querySelector<HTMLMetaElement>('meta[name="relevo"]');
  return (JSON.parse(meta?.content ?? "{}") as { consent?: Record<string, Line> }).consent ?? {};
}
