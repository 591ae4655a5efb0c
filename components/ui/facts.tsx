import { Children, type ReactNode } from "react";

/** Names and values in columns. The caller passes a text for a value that is not measured. */
export function Facts({ children }: { readonly children: ReactNode }) {
  return <dl className="grid gap-x-8 gap-y-2 md:grid-cols-2 lg:grid-cols-3">{Children.toArray(children)}</dl>;
}

export function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="min-w-0 border-t border-line pt-1">
      <dt className="text-12 text-quiet">{name}</dt>
      <dd className="break-words">{children}</dd>
    </div>
  );
}
