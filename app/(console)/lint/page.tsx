import { LintPanel } from "@/components/lint/lint-panel";

export default function LintPage() {
  return <LintPanel />;
}
