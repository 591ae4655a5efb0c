import { RunnersPanel } from "@/components/runners/runners-panel";

export default function RunnersPage() {
  return <RunnersPanel />;
}
