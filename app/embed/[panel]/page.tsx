import { notFound } from "next/navigation";
import { Embed } from "@/components/panels/embed";
import { Panel } from "@/lib/access/embeds/panel";
import { parseRange } from "@/lib/views/series/schema";

/** One panel, framed by another site. proxy.ts checks its token before this page renders. */
export default async function EmbedPage(props: {
  readonly params: Promise<{ readonly panel: string }>;
  readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>>;
}) {
  const panel = Panel.safeParse((await props.params).panel);
  if (!panel.success) notFound();
  const search = await props.searchParams;
  return (
    <Embed
      panel={panel.data}
      range={parseRange(search.range)}
      token={String(search.token ?? "")}
      title={search.title === "1"}
      bare={search.ground === "none"}
    />
  );
}
