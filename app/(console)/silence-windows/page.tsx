import { SilenceWindowsPanel } from "@/components/silence-windows/silence-windows-panel";

/** `?match=…`, repeated for each matcher, prefills the form. */
export default async function SilenceWindowsPage({ searchParams }: PageProps<"/silence-windows">) {
  const { match } = await searchParams;
  return <SilenceWindowsPanel match={typeof match === "string" ? [match] : (match ?? [])} />;
}
