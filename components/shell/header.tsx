"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { usePathname, useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { useEffect, useRef } from "react";
import { Language } from "@/components/shell/language";
import { Live } from "@/components/shell/live";
import { usePauseable } from "@/components/shell/paused";
import { useRange } from "@/components/shell/range";
import { SignOut } from "@/components/shell/sign-out";
import { ThemeToggle } from "@/components/shell/theme";
import { StateWord } from "@/components/ui/state-word";
import { useWords } from "@/components/ui/words";
import { BASE_PATH } from "@/lib/base/http/base-path";
import { overviewQuery } from "@/lib/views/overview/query";
import { Range } from "@/lib/views/series/schema";

const PAGES = [
  ["/", "overview"],
  ["/clients", "clients"],
  ["/queues", "queues"],
  ["/jobs", "jobs"],
  ["/runners", "runners"],
  ["/alerts", "alerts"],
  ["/rules", "rules"],
  ["/silence-windows", "silenceWindows"],
  ["/deliveries", "deliveries"],
  ["/lint", "lint"],
] as const;

/** Pages with charts of a range: the overview, jobs, and the page of a client, a broker or a source. */
const RANGED = /^\/($|jobs|(clients|brokers)\/)/;

/** On a small screen the header has three rows: the broker state is first, and the page links scroll sideways. */
export function Header() {
  const t = useTranslations("app");
  const path = usePathname();
  const pages = useRef<HTMLElement>(null);
  const range = useSearchParams().get("range");
  const query = range === null ? "" : `?range=${encodeURIComponent(range)}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: on another page, another link is scrolled into view.
  useEffect(() => {
    const nav = pages.current;
    const here = nav?.querySelector<HTMLElement>("[aria-current=page]");
    if (nav && here) nav.scrollLeft = here.offsetLeft - nav.offsetLeft - (nav.clientWidth - here.offsetWidth) / 2;
  }, [path]);
  return (
    <header className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b border-line px-4 py-2 sm:px-6">
      <Link href="/" className="flex items-center gap-2 text-16 font-semibold">
        {/* biome-ignore lint/performance/noImgElement: an icon of 500 bytes needs no image pipeline */}
        <img src={`${BASE_PATH}/icon.svg`} alt="" width={20} height={20} />
        {t("title")}
      </Link>
      <Brokers />
      <nav
        ref={pages}
        aria-label={t("title")}
        className="flex flex-wrap gap-x-1 max-sm:order-1 max-sm:-mx-2 max-sm:w-[calc(100%+1rem)] max-sm:flex-nowrap max-sm:overflow-x-auto"
      >
        {PAGES.map(([href, key]) => (
          <Link
            key={href}
            href={`${href}${query}`}
            aria-current={path === href || (href !== "/" && path.startsWith(`${href}/`)) ? "page" : undefined}
            className="min-h-6 rounded-6 px-2 py-0.5 whitespace-nowrap text-quiet hover:bg-raised aria-[current=page]:text-ink aria-[current=page]:underline"
          >
            {t(key)}
          </Link>
        ))}
      </nav>
      <div className="flex flex-wrap items-center gap-2 max-sm:order-2 sm:ml-auto">
        {RANGED.test(path) ? <RangePicker /> : null}
        <Live />
        <ThemeToggle />
      </div>
      <div className="flex items-center gap-2 max-sm:ml-auto">
        <Language />
        <SignOut />
      </div>
    </header>
  );
}

function RangePicker() {
  const t = useTranslations("app");
  const [range, setRange] = useRange();
  return (
    <fieldset className="flex overflow-hidden rounded-6 border border-line">
      <legend className="sr-only">{t("range")}</legend>
      {Range.options.map((name) => (
        <button
          key={name}
          type="button"
          aria-pressed={name === range}
          onClick={() => setRange(name)}
          className="min-h-6 px-2 text-13 text-quiet hover:bg-raised aria-pressed:bg-raised aria-pressed:font-semibold aria-pressed:text-ink"
        >
          {name}
        </button>
      ))}
    </fieldset>
  );
}

function Brokers() {
  const { data } = useQuery({ ...overviewQuery(), ...usePauseable() });
  const t = useTranslations("state");
  const time = useTranslations("time");
  const { reasonText, clock } = useWords();
  return (
    <ul className="flex flex-wrap gap-x-3 text-13">
      {(data?.brokers ?? []).map((broker) => {
        const well = broker.state === "reachable";
        const tone = well
          ? "ok"
          : broker.state === "slow"
            ? "warning"
            : broker.state === "starting"
              ? "quiet"
              : "critical";
        const words = well
          ? broker.id
          : `${broker.id} ${t(broker.state)} ${time("since", { clock: clock(broker.stateSinceMs) })}`;
        return (
          <li key={broker.id} title={broker.reason === null ? (broker.version ?? "") : reasonText(broker.reason)}>
            <Link href={`/brokers/${encodeURIComponent(broker.id)}`} className="hover:underline">
              <StateWord tone={tone}>{words}</StateWord>
            </Link>
          </li>
        );
      })}
    </ul>
  );
}
