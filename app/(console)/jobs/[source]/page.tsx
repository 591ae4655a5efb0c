import { SourcePanel } from "@/components/jobs/source-panel";

export default async function SourcePage({ params }: PageProps<"/jobs/[source]">) {
  const { source } = await params;
  return <SourcePanel source={decodeURIComponent(source)} />;
}
