import { DeliveriesPanel } from "@/components/webhooks/deliveries-panel";

export default function DeliveriesPage() {
  return <DeliveriesPanel />;
}
