import { notFound } from "next/navigation";
import { Embed } from "@/components/panels/embed";
import { Panel } from "@/lib/access/embeds/panel";
import { RANGES } from "@/lib/views/series/schema";

/** One picture for somebody else's page. proxy.ts has checked its token before this is reached. */
export default async function EmbedPage(props: {
  readonly params: Promise<{ readonly panel: string }>;
  readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>>;
}) {
  const panel = Panel.safeParse((await props.params).panel);
  if (!panel.success) notFound();
  const asked = await props.searchParams;
  const range = Object.keys(RANGES).find((name) => name === asked.range) ?? "1h";
  return (
    <Embed
      panel={panel.data}
      range={range}
      token={String(asked.token ?? "")}
      title={asked.title === "1"}
      bare={asked.ground === "none"}
    />
  );
}
