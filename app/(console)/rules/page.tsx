import { RulesPanel } from "@/components/rules/rules-panel";

export default function RulesPage() {
  return <RulesPanel />;
}
