import { BrokerPanel } from "@/components/brokers/broker-panel";

export default async function BrokerPage({ params }: PageProps<"/brokers/[id]">) {
  const { id } = await params;
  return <BrokerPanel id={decodeURIComponent(id)} />;
}
