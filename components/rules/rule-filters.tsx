"use client";

import { useTranslations } from "next-intl";
import { ORIGINS, type RuleFilter, STATES } from "@/components/rules/filter";
import { PACKS } from "@/lib/alerts/model/built-in-rule";

const FIELD = "min-h-8 max-w-full rounded-6 border border-line bg-ground px-2 text-13";

/** Filters by text, state, origin and pack. The page has all rules, so it filters them in the browser. */
export function RuleFilters(props: { readonly filter: RuleFilter; readonly choose: (filter: RuleFilter) => void }) {
  const { filter, choose } = props;
  const t = useTranslations("rules");
  const packs = useTranslations("rulePacks.packs");
  return (
    <search aria-label={t("filters")} className="flex flex-wrap gap-2 max-sm:w-full">
      <input
        type="search"
        aria-label={t("search")}
        placeholder={t("search")}
        maxLength={200}
        value={filter.text}
        onChange={({ target }) => choose({ ...filter, text: target.value })}
        className={`${FIELD} w-72 max-sm:w-full`}
      />
      <Choice
        label={t("state")}
        any={t("anyState")}
        value={filter.state}
        options={STATES.map((state) => [state, t(`states.${state}`)] as const)}
        choose={(state) => choose({ ...filter, state: STATES.find((one) => one === state) ?? "" })}
      />
      <Choice
        label={t("origin")}
        any={t("anyOrigin")}
        value={filter.origin}
        options={ORIGINS.map((origin) => [origin, t(`origins.${origin}`)] as const)}
        choose={(origin) => choose({ ...filter, origin: ORIGINS.find((one) => one === origin) ?? "" })}
      />
      <Choice
        label={t("pack")}
        any={t("anyPack")}
        value={filter.pack}
        options={PACKS.map((pack) => [pack, packs(`${pack}.title`)] as const)}
        choose={(pack) => choose({ ...filter, pack: PACKS.find((one) => one === pack) ?? "" })}
      />
    </search>
  );
}

function Choice(props: {
  readonly label: string;
  readonly any: string;
  readonly value: string;
  readonly options: readonly (readonly [value: string, label: string])[];
  readonly choose: (value: string) => void;
}) {
  return (
    <select
      aria-label={props.label}
      className={FIELD}
      value={props.value}
      onChange={({ target }) => props.choose(target.value)}
    >
      <option value="">{props.any}</option>
      {props.options.map(([value, label]) => (
        <option key={value} value={value}>
          {label}
        </option>
      ))}
    </select>
  );
}
