"use client";

import { useTranslations } from "next-intl";
import { useEffect } from "react";
import { Panel } from "@/components/panels/panel";
import { RANGE_NAMES } from "@/components/shell/range";
import type { Panel as Name } from "@/lib/views/panels/schema";

/** A panel without anything around it but one link back. `bare`: the host page's ground shows through. */
export function Embed(props: {
  readonly panel: Name;
  readonly range: string;
  readonly token: string;
  readonly title: boolean;
  readonly bare: boolean;
}) {
  const t = useTranslations("panel");
  useEffect(() => {
    document.body.classList.toggle("bare", props.bare);
  }, [props.bare]);
  const range = RANGE_NAMES.find((name) => name === props.range) ?? "1h";
  return (
    <main className="p-2">
      <Panel panel={props.panel} range={range} token={props.token} title={props.title} />
      <a href="/" target="_blank" rel="noopener" className="text-12 text-quiet underline">
        {t("openIn")}
      </a>
    </main>
  );
}
