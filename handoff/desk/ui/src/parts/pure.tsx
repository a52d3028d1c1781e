import { Component, type ComponentChild, type FunctionComponent } from "preact";

/** `view` drawn again only when one of its properties is another one. */
export function pure<P extends object>(view: (props: P) => ComponentChild): FunctionComponent<P> {
  class Pure extends Component<P> {
    override shouldComponentUpdate(next: P): boolean {
      const before = this.props as Record<string, unknown>;
      const after = next as Record<string, unknown>;
      return Object.keys(after).some((key) => !Object.is(after[key], before[key]));
    }

    override render(): ComponentChild {
      return view(this.props as P);
    }
  }
  return Pure as unknown as FunctionComponent<P>;
}
