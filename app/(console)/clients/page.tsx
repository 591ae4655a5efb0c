import { ClientsPanel } from "@/components/clients/clients-panel";

export default function ClientsPage() {
  return <ClientsPanel />;
}
