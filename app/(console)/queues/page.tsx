import { QueuesPanel } from "@/components/queues/queues-panel";

export default function QueuesPage() {
  return <QueuesPanel />;
}
