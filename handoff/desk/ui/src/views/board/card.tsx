import type { ComponentChildren, JSX } from "preact";

export function BoardCard({ title, children }: { title: string; children: ComponentChildren }): JSX.Element {
  return (
    <section class="board-card" aria-label={title}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}
