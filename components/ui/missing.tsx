"use client";

import Link from "next/link";

/** What an address names is not there; where to look instead. */
export function Missing(props: { readonly words: string; readonly href: string; readonly link: string }) {
  return (
    <>
      <h1 className="mb-2 text-20 leading-8 font-semibold">{props.words}</h1>
      <Link href={props.href} className="underline">
        {props.link}
      </Link>
    </>
  );
}
