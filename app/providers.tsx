"use client";

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { NextIntlClientProvider } from "next-intl";
import { type ReactNode, useMemo } from "react";
import type { Messages } from "@/lib/base/messages/catalogue";
import type { Locale } from "@/lib/base/messages/locale";
import { RequestFailed } from "@/lib/views/request";

/** Pages ask again by themselves every few seconds: what was refused is not asked at once again, a lost answer once. */
const tryAgain = (failures: number, cause: Error): boolean =>
  failures < 1 && !(cause instanceof RequestFailed && cause.status >= 400 && cause.status < 500);

export function Providers(props: {
  readonly locale: Locale;
  readonly messages: Messages;
  readonly children: ReactNode;
}) {
  // What the server said, it said in a language: another one asks anew.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  const client = useMemo(() => new QueryClient({ defaultOptions: { queries: { retry: tryAgain } } }), [props.locale]);
  return (
    <NextIntlClientProvider locale={props.locale} messages={props.messages} timeZone="UTC">
      <QueryClientProvider client={client}>{props.children}</QueryClientProvider>
    </NextIntlClientProvider>
  );
}
