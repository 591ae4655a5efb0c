"use client";

import { StatusPage } from "@/components/shell/status-page";

export default function Broken({ reset }: { readonly reset: () => void }) {
  return <StatusPage say="broken" again={reset} />;
}
