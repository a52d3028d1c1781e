/** After signing in again in place: the chat as it is now, and the replies that the sign-out has stopped. */
import { open, session, signInAgain } from "./state";
import { openCase, refreshCase, send } from "./work";

let who: string | undefined;
/** Replies that had failed before: whether these are sent is the agent's to say. */
let before: ReadonlySet<string> = new Set();

signInAgain.listen(() => {
  if (signInAgain.value) {
    who = session.value?.agent.id;
    before = new Set(unsent());
    return;
  }
  const shown = open.value;
  if (!shown) return;
  if (who === session.value?.agent.id) void resume(shown.reference);
  else void openCase(shown.reference); // somebody else: nothing of the other's work is left
});

function unsent(): string[] {
  return (open.value?.sending ?? []).filter((each) => each.failed).map((each) => each.client_id);
}

async function resume(reference: string): Promise<void> {
  await refreshCase(reference);
  for (const client_id of unsent()) {
    if (open.value?.reference !== reference) return;
    if (!before.has(client_id)) await send(reference, client_id);
  }
}
