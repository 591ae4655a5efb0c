"use client";

import { useTranslations } from "next-intl";
import { useEffect } from "react";
import { Panel } from "@/components/panels/panel";
import { BASE_PATH } from "@/lib/base/http/base-path";
import type { Panel as Name } from "@/lib/views/panels/schema";
import type { Range } from "@/lib/views/series/schema";

/** A panel with only a link back to Lastbeat. `bare` makes its background transparent over the host page. */
export function Embed(props: {
  readonly panel: Name;
  readonly range: Range;
  readonly token: string;
  readonly title: boolean;
  readonly bare: boolean;
}) {
  const t = useTranslations("panel");
  useEffect(() => {
    document.body.classList.toggle("bare", props.bare);
  }, [props.bare]);
  return (
    <main className="p-2">
      <Panel panel={props.panel} range={props.range} token={props.token} title={props.title} />
      <a href={`${BASE_PATH}/`} target="_blank" rel="noopener" className="text-12 text-quiet underline">
        {t("openIn")}
      </a>
    </main>
  );
}
