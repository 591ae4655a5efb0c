"use client";

import { Notice } from "@/components/shell/notice";

export default function Broken({ reset }: { readonly reset: () => void }) {
  return <Notice say="broken" again={reset} />;
}
