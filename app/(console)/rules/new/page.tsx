import { RuleEditor } from "@/components/rules/rule-editor";

export default function NewRulePage() {
  return <RuleEditor rule={null} />;
}
