"use client";

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { NextIntlClientProvider } from "next-intl";
import { type ReactNode, useState } from "react";
import type { Messages } from "@/lib/messages/catalogue";
import type { Locale } from "@/lib/messages/locale";

export function Providers(props: {
  readonly locale: Locale;
  readonly messages: Messages;
  readonly children: ReactNode;
}) {
  const [client] = useState(() => new QueryClient());
  return (
    <NextIntlClientProvider locale={props.locale} messages={props.messages} timeZone="UTC">
      <QueryClientProvider client={client}>{props.children}</QueryClientProvider>
    </NextIntlClientProvider>
  );
}
