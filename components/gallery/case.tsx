import type { ReactNode } from "react";

/** One picture of the gallery under the name it has in code. */
export function Case({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <section aria-label={name} className="mb-10 border-t border-line pt-3">
      <p className="mb-3 font-mono text-12 text-quiet">{name}</p>
      {children}
    </section>
  );
}
