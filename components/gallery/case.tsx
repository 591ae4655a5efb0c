import Link from "next/link";
import { useSearchParams } from "next/navigation";
import type { ReactNode } from "react";

/**
 * One example of the gallery under its name in the code: a link, or the example itself if `?case=` selects it.
 * The gallery shows one example at a time, because pages repeat their landmarks and headings.
 */
export function Case({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  const selected = useSearchParams().get("case");
  if (selected === null) {
    return (
      <p className="font-mono text-13">
        <Link href={`/gallery?case=${encodeURIComponent(name)}`} prefetch={false} className="leading-8 underline">
          {name}
        </Link>
      </p>
    );
  }
  if (selected !== name) return null;
  return (
    <section aria-label={name} className="border-t border-line pt-3">
      <p className="mb-3 font-mono text-12 text-quiet">{name}</p>
      {children}
    </section>
  );
}
