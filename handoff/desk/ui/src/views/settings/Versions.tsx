import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { ApiError } from "../../api";
import { settingsApi } from "../../api-settings";
import { said } from "../../logic/errors";
import { labelOf, whoOf } from "../../logic/settings/labels";
import { t } from "../../logic/words";
import { instantOf } from "../../parts/days";
import { useCell } from "../../parts/hooks";
import { useRead } from "../../parts/reading";
import { note } from "../../state";
import type { Difference, Version } from "../../types-settings";
import { begin, draft, inForce, readSettings, trouble } from "./editing";
import { Changes } from "./Changes";
import { Section, useMay } from "./fields";

export function Versions(): JSX.Element {
  const read = useCell(inForce);
  const [older, setOlder] = useState<Version[]>([]);
  const first = useRead(() => settingsApi.versions(), [read?.number]);
  const all = [...(first.found?.versions ?? []), ...older];
  const last = all.at(-1)?.number ?? 1;
  const more = async (): Promise<void> => {
    try {
      const found = await settingsApi.versions(last);
      setOlder([...older, ...found.versions]);
    } catch (error) {
      trouble.set(said(error));
    }
  };
  return (
    <>
      <File />
      <Section title={t("set.versions")} hint={t("set.versions_hint")}>
        {first.trouble && <p class="trouble">{first.trouble}</p>}
        <ol class="set-versions">
          {all.map((each) => (
            <One key={each.number} version={each} newest={read?.number ?? 0} />
          ))}
        </ol>
        {last > 1 && all.length > 0 && (
          <button type="button" onClick={() => void more()}>
            {t("set.versions_more")}
          </button>
        )}
      </Section>
    </>
  );
}

function One({ version, newest }: { version: Version; newest: number }): JSX.Element {
  const { number, changed } = version;
  const may = useMay();
  const [seen, setSeen] = useState<Difference[] | null>(null);
  const [sure, setSure] = useState<Difference[] | null>(null);
  const show = async (): Promise<void> => {
    try {
      setSeen(seen ? null : await settingsApi.diff(number - 1, number));
    } catch (error) {
      trouble.set(said(error));
    }
  };
  const ask = async (): Promise<void> => {
    try {
      setSure(await settingsApi.diff(newest, number));
    } catch (error) {
      trouble.set(said(error));
    }
  };
  return (
    <li class="set-version">
      <p>
        <strong>{t("set.version", { n: number })}</strong>
        {number === newest && <span class="set-tag">{t("set.in_force")}</span>}
      </p>
      <p class="quiet">
        {instantOf(version.at)} · {whoOf(version)}
      </p>
      <p>{changed.length > 0 ? changed.slice(0, 4).map(labelOf).join(" · ") + (changed.length > 4 ? " …" : "") : t("set.first_version")}</p>
      <span class="set-acts">
        {changed.length > 0 && (
          <button type="button" aria-expanded={seen !== null} onClick={() => void show()}>
            {t(seen ? "set.hide" : "set.show_changes")}
            <span class="hidden"> ({number})</span>
          </button>
        )}
        {may && number !== newest && (
          <button type="button" onClick={() => void ask()}>
            {t("set.restore")}
            <span class="hidden"> ({number})</span>
          </button>
        )}
        <a href={settingsApi.exportLink(number)} download>
          {t("set.export")}
          <span class="hidden"> ({number})</span>
        </a>
      </span>
      {seen && <Changes of={seen} />}
      {sure && <Restore number={number} newest={newest} changes={sure} onEnd={() => setSure(null)} />}
    </li>
  );
}

interface RestoreProps {
  number: number;
  newest: number;
  changes: Difference[];
  onEnd: () => void;
}

/** Going back is a change like any other: it is shown before it happens. */
function Restore({ number, newest, changes, onEnd }: RestoreProps): JSX.Element {
  const go = async (): Promise<void> => {
    try {
      begin(await settingsApi.restore(number, newest));
      note.set(t("set.restored", { n: number }));
      onEnd();
    } catch (error) {
      if (error instanceof ApiError && error.code === "settings_changed") await readSettings();
      trouble.set(said(error));
    }
  };
  return (
    <div class="set-sure" role="group" aria-label={t("set.restore_sure", { n: number })}>
      <p>{t("set.restore_sure", { n: number })}</p>
      <Changes of={changes} />
      <span class="set-acts">
        <button type="button" onClick={onEnd}>
          {t("act.cancel")}
        </button>
        <button type="button" class="primary" onClick={() => void go()}>
          {t("set.restore")}
        </button>
      </span>
    </div>
  );
}

/** relevo.toml, out and in. What comes in becomes the edit on this page, and is saved like one. */
function File(): JSX.Element {
  const read = useCell(inForce);
  const [trouble, setTrouble] = useState<readonly string[]>([]);
  const take = async (input: HTMLInputElement): Promise<void> => {
    const file = input.files?.[0];
    if (!file || !read) return;
    setTrouble([]);
    try {
      const found = await settingsApi.compare(read.number, await file.text());
      draft.set(found.data);
      note.set(found.changes.length > 0 ? t("set.import_read", { n: found.changes.length }) : t("set.import_same"));
    } catch (error) {
      const fields = error instanceof ApiError ? Object.entries(error.fields).map(([path, what]) => `${path}: ${what}`) : [];
      setTrouble([said(error), ...fields]);
    }
    input.value = "";
  };
  return (
    <Section title={t("set.file")} hint={t("set.file_hint")}>
      <div class="set-acts">
        {read && (
          <a class="set-button" href={settingsApi.exportLink(read.number)} download>
            {t("set.export_now")}
          </a>
        )}
        {read?.may_edit && (
          <label class="set-upload">
            <span>{t("set.import")}</span>
            <input type="file" accept=".toml,application/toml,text/plain" onChange={(event) => void take(event.currentTarget)} />
          </label>
        )}
      </div>
      {trouble.length > 0 && (
        <ul class="set-wrong" role="alert">
          {trouble.map((each) => (
            <li key={each}>{each}</li>
          ))}
        </ul>
      )}
    </Section>
  );
}
