import { ClientPanel } from "@/components/clients/client-panel";

export default async function ClientPage({ params }: PageProps<"/clients/[id]">) {
  const { id } = await params;
  return <ClientPanel id={decodeURIComponent(id)} />;
}
