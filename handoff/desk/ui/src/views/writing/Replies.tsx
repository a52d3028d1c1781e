import type { ComponentChildren, JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { writing } from "../../api-writing";
import { supervises } from "../../logic/acts";
import { said } from "../../logic/errors";
import { unaccented } from "../../logic/queue";
import { named, t } from "../../logic/words";
import { useCell } from "../../parts/hooks";
import { Icon } from "../../parts/icons";
import { session } from "../../state";
import type { CannedReply } from "../../types-writing";
import { ReplyForm } from "./ReplyForm";

type Told = { words: string; removed: CannedReply | null };

/** Canned replies: the team's, which supervisors keep, and the agent's own. */
export function Replies(): JSX.Element {
  const [all, setAll] = useState<readonly CannedReply[] | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const [editing, setEditing] = useState<CannedReply | "new" | null>(null);
  const [typed, setTyped] = useState("");
  const [told, setTold] = useState<Told | null>(null);
  const keeper = supervises(useCell(session)?.agent.role);
  const read = (): Promise<void> => writing.replies().then(setAll, (error: unknown) => setTrouble(said(error)));
  useEffect(() => void read(), []);
  const attempt = async (step: () => Promise<Told | null>): Promise<void> => {
    setTrouble(null);
    try {
      setTold(await step());
    } catch (error) {
      setTrouble(said(error));
    }
    await read();
  };
  const remove = (reply: CannedReply): Promise<void> =>
    attempt(async () => {
      await writing.remove(reply);
      return { words: t("replies.removed", { name: reply.name }), removed: reply };
    });
  const restore = (reply: CannedReply): Promise<void> =>
    attempt(async () => {
      await writing.restore(reply);
      return null;
    });
  const saved = (reply: CannedReply): void => {
    setEditing(null);
    void attempt(() => Promise.resolve({ words: t("replies.saved", { name: reply.name }), removed: null }));
  };
  const found = all?.filter((reply) => has(reply, typed)) ?? [];
  const list = (own: boolean, may: boolean, none: string): JSX.Element => (
    <Group
      title={t(own ? "replies.mine" : "replies.team")}
      hint={own || keeper ? "" : t("replies.team_hint")}
      none={typed.trim() ? t("replies.none_found") : none}
      replies={found.filter((reply) => reply.own === own)}
      acts={(reply) => may && <Acts reply={reply} edit={() => setEditing(reply)} remove={() => void remove(reply)} />}
    />
  );
  return (
    <main class="saved-replies" id="chat" tabIndex={-1} aria-label={t("replies.title")}>
      <header class="head">
        <h1>{t("replies.title")}</h1>
        <button type="button" class="primary" onClick={() => setEditing("new")}>
          <Icon name="plus" />
          {t("replies.new")}
        </button>
      </header>
      <div class="saved-sheet">
        <p class="quiet">{t("replies.lead")}</p>
        {trouble && (
          <p class="trouble" role="alert">
            {trouble}
          </p>
        )}
        <Telling told={told} undo={(reply) => void restore(reply)} />
        <input
          type="search"
          aria-label={t("replies.search")}
          placeholder={t("replies.search")}
          value={typed}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
        {all === null && !trouble && <p class="opening">{t("write.loading")}</p>}
        {all !== null && list(false, keeper, t(keeper ? "replies.none_team_yours" : "replies.none_team"))}
        {all !== null && list(true, true, t("replies.none_mine"))}
      </div>
      {editing && <ReplyForm reply={editing === "new" ? null : editing} keeper={keeper} saved={saved} close={() => setEditing(null)} />}
    </main>
  );
}

function has(reply: CannedReply, typed: string): boolean {
  const all = unaccented([reply.name, reply.topic, ...Object.values(reply.texts)].join(" "));
  return unaccented(typed).split(/\s+/).every((word) => all.includes(word));
}

function Telling({ told, undo }: { told: Told | null; undo: (reply: CannedReply) => void }): JSX.Element {
  const removed = told?.removed;
  return (
    <div class="saved-telling" role="status">
      {told && (
        <p class="saved-told">
          {told.words}{" "}
          {removed && (
            <button type="button" class="link" onClick={() => undo(removed)}>
              {t("replies.undo")}
            </button>
          )}
        </p>
      )}
    </div>
  );
}

interface GroupProps {
  title: string;
  hint: string;
  none: string;
  replies: readonly CannedReply[];
  acts: (reply: CannedReply) => ComponentChildren;
}

function Group({ title, hint, none, replies, acts }: GroupProps): JSX.Element {
  return (
    <section class="saved-group" aria-label={title}>
      <h2>{title}</h2>
      {hint && <p class="quiet">{hint}</p>}
      {replies.length === 0 ? (
        <p class="quiet">{none}</p>
      ) : (
        <ul>
          {replies.map((reply) => (
            <li key={reply.id} class="saved-reply">
              <div class="saved-words">
                <p>
                  <strong class="code">/{reply.name}</strong> <span class="quiet">{reply.topic}</span>
                </p>
                <Texts reply={reply} />
              </div>
              {acts(reply)}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Texts({ reply }: { reply: CannedReply }): JSX.Element {
  return (
    <dl>
      {Object.entries(reply.texts).map(([language, text]) => (
        <div key={language}>
          <dt class="quiet">{named("language", language)}</dt>
          <dd lang={language} dir="auto">
            {text}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Acts({ reply, edit, remove }: { reply: CannedReply; edit: () => void; remove: () => void }): JSX.Element {
  return (
    <div class="saved-acts">
      <button type="button" aria-label={t("replies.edit_named", { name: reply.name })} onClick={edit}>
        {t("replies.edit")}
      </button>
      <button type="button" aria-label={t("replies.remove_named", { name: reply.name })} onClick={remove}>
        {t("replies.remove")}
      </button>
    </div>
  );
}
