"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { Fragment, useState } from "react";
import { Empty } from "@/components/panels/empty";
import { grouped, isWanted, NO_FILTER, stateOf } from "@/components/rules/filter";
import { RuleFilters } from "@/components/rules/rule-filters";
import { RuleRow, useRowWords } from "@/components/rules/rule-row";
import { usePackWords } from "@/components/rules/words";
import { usePauseable } from "@/components/shell/paused";
import { QueryResult } from "@/components/ui/query-result";
import type { Pack } from "@/lib/alerts/model/built-in-rule";
import { rulesQuery } from "@/lib/views/rules/query";
import type { RuleItem, RulesView } from "@/lib/views/rules/schema";

/** All rules, by pack. */
export function RulesPanel() {
  const t = useTranslations("rules");
  const query = useQuery({ ...rulesQuery(), ...usePauseable() });
  return (
    <QueryResult query={query} what={t("title")} height={400} failedAs="h1">
      {({ items, off }) => <RulesPage rules={items} off={off} />}
    </QueryResult>
  );
}

export function RulesPage({ rules, off }: { readonly rules: readonly RuleItem[]; readonly off: RulesView["off"] }) {
  const t = useTranslations("rules");
  const { title } = usePackWords();
  const [filter, setFilter] = useState(NO_FILTER);
  const wanted = rules.filter((rule) => isWanted(rule, title(rule.id), filter));
  return (
    <>
      <Verdict rules={rules} />
      {off.map(({ id, because }) => (
        <p key={id} className="mb-3 max-w-prose text-13 break-words text-warning" data-rule-off={id}>
          {t("isOff", { id, because })}
        </p>
      ))}
      <div className="mb-4 flex flex-wrap items-center gap-x-4 gap-y-2">
        <RuleFilters filter={filter} choose={setFilter} />
        <p className="text-13 text-quiet">{t("shown", { shown: wanted.length, total: rules.length })}</p>
        <Link
          href="/rules/new"
          className="min-h-8 rounded-6 border border-line px-3 py-1 text-13 hover:bg-raised sm:ml-auto"
        >
          {t("make")}
        </Link>
      </div>
      {wanted.length === 0 ? <Empty>{t(rules.length === 0 ? "none" : "noneMatches")}</Empty> : null}
      {grouped(wanted).map(([pack, ofPack]) => (
        <PackRules key={pack} pack={pack} rules={ofPack} />
      ))}
    </>
  );
}

function Verdict({ rules }: { readonly rules: readonly RuleItem[] }) {
  const t = useTranslations("rules");
  const count = (state: ReturnType<typeof stateOf>): number => rules.filter((rule) => stateOf(rule) === state).length;
  const [firing, pending, off] = [count("firing"), count("pending"), count("off")];
  return (
    <h1
      className={`mb-4 text-20 leading-8 font-semibold sm:text-28 sm:leading-10 ${firing > 0 ? "text-critical" : ""}`}
    >
      {t("sentence", { firing, pending, off })}
    </h1>
  );
}

function PackRules(props: {
  readonly pack: ReturnType<typeof grouped>[number][0];
  readonly rules: readonly RuleItem[];
}) {
  const { pack, rules } = props;
  const packs = useTranslations("rulePacks.packs");
  const say = useRowWords();
  return (
    <section aria-labelledby={`pack-${pack}`} className="mb-8" data-pack={pack}>
      <h2 id={`pack-${pack}`} className="text-16 font-semibold">
        {packs(`${pack}.title`)}
      </h2>
      <p className="mb-1 text-13 text-quiet">{packs(`${pack}.about`)}</p>
      <ul className="flex flex-col">
        {rules.map((rule) => (
          <RuleRow key={`${rule.id} ${rule.match.join()}`} rule={rule} say={say} />
        ))}
      </ul>
      <Also pack={pack} />
    </section>
  );
}

/** A system's notes on rules of other packs, collapsed. */
function Also({ pack }: { readonly pack: Pack }) {
  const t = useTranslations("rules");
  const words = usePackWords();
  const texts = words.ofSystem(pack);
  if (texts.length === 0) return null;
  return (
    <details className="border-t border-line pt-1 text-13">
      <summary className="min-h-6 cursor-pointer text-quiet hover:text-ink">
        {t("alsoIn", { count: texts.length })}
      </summary>
      <dl className="grid gap-x-4 gap-y-1 border-l-2 border-line pl-3 sm:grid-cols-[16rem_1fr]">
        {texts.map(({ rule, text }) => (
          <Fragment key={rule}>
            <dt>
              <Link href={`/rules/${rule}`} className="underline">
                {words.title(rule)}
              </Link>
            </dt>
            <dd className="min-w-0 break-words max-sm:mb-1">{text}</dd>
          </Fragment>
        ))}
      </dl>
    </details>
  );
}
