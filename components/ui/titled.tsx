"use client";

import { type ReactNode, useId } from "react";

/** A section of a page with its heading. */
export function Titled({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="min-w-0">
      <h2 id={id} className="mb-1 text-14 font-semibold">
        {title}
      </h2>
      {children}
    </section>
  );
}
