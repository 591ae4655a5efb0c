import { AlertsPanel } from "@/components/alerts/alerts-panel";

export default function AlertsPage() {
  return <AlertsPanel />;
}
