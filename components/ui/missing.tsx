"use client";

import Link from "next/link";

/** The message for a URL whose object does not exist, with a link to continue. */
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
