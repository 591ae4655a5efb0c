"use client";

import { QueryClientProvider } from "@tanstack/react-query";
import { NextIntlClientProvider } from "next-intl";
import { type ReactNode, useMemo } from "react";
import type { Messages } from "@/lib/alerts/catalogue/messages";
import type { Locale } from "@/lib/base/messages/locale";
import { createQueryClient } from "@/lib/views/query-client";

export function Providers(props: {
  readonly locale: Locale;
  readonly messages: Messages;
  readonly children: ReactNode;
}) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: cached responses contain translated text
  const client = useMemo(createQueryClient, [props.locale]);
  return (
    <NextIntlClientProvider locale={props.locale} messages={props.messages} timeZone="UTC">
      <QueryClientProvider client={client}>{props.children}</QueryClientProvider>
    </NextIntlClientProvider>
  );
}
