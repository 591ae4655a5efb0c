import { type ReactNode, Suspense } from "react";
import { Header } from "@/components/shell/header";
import { Kiosk } from "@/components/shell/kiosk";
import { requireSession } from "@/lib/server/api/require-session";

export default async function ConsoleLayout({ children }: { readonly children: ReactNode }) {
  await requireSession();
  return (
    <Suspense>
      <Kiosk chrome={<Header />}>{children}</Kiosk>
    </Suspense>
  );
}
