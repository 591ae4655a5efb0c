import { RulePanel } from "@/components/rules/rule-panel";

export default async function RulePage({ params }: PageProps<"/rules/[id]">) {
  const { id } = await params;
  return <RulePanel id={decodeURIComponent(id)} />;
}
