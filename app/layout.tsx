import { GeistMono } from "geist/font/mono";
import { GeistSans } from "geist/font/sans";
import type { Metadata, Viewport } from "next";
import { cookies, headers } from "next/headers";
import type { ReactNode } from "react";
import { Providers } from "@/app/providers";
import { messagesFor } from "@/lib/alerts/catalogue/messages";
import { BASE_PATH } from "@/lib/base/http/base-path";
import { chooseLocale, LOCALE_COOKIE } from "@/lib/base/messages/locale";
import "./globals.css";

export const metadata: Metadata = { title: "Lastbeat", icons: { icon: `${BASE_PATH}/icon.svg` } };
export const viewport: Viewport = { width: "device-width", initialScale: 1 };

/** Sets the theme before the first paint: from the URL of an embed, the stored choice or the system preference. */
const THEME = `(function(){var t;try{t=new URLSearchParams(location.search).get("theme")||localStorage.getItem("lastbeat.theme")}catch(e){}
if(t!=="light"&&t!=="dark")t=matchMedia("(prefers-color-scheme: dark)").matches?"dark":"light";document.documentElement.dataset.theme=t})()`;

export default async function RootLayout({ children }: { readonly children: ReactNode }) {
  const requestHeaders = await headers();
  const path = requestHeaders.get("x-lastbeat-path") ?? "/";
  const locale = chooseLocale({
    query: new URL(path, "http://localhost").searchParams.get("lang"),
    cookie: (await cookies()).get(LOCALE_COOKIE)?.value ?? null,
    acceptLanguage: requestHeaders.get("accept-language"),
  });
  return (
    <html lang={locale} className={`${GeistSans.variable} ${GeistMono.variable}`} suppressHydrationWarning>
      <head>
        {/* biome-ignore lint/security/noDangerouslySetInnerHtml: a constant, needed before hydration */}
        <script dangerouslySetInnerHTML={{ __html: THEME }} />
      </head>
      <body>
        <Providers locale={locale} messages={messagesFor(locale)}>
          {children}
        </Providers>
      </body>
    </html>
  );
}
