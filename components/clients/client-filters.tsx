"use client";

import { useTranslations } from "next-intl";
import { useRef } from "react";
import { type FilterKey, useFilter } from "@/components/clients/filters-url";
import { StateWord } from "@/components/ui/state-word";
import { clientTone } from "@/components/ui/tones";
import { useWords } from "@/components/ui/words";
import type { ClientState } from "@/lib/rabbitmq/clients/client";
import type { ClientRowsView } from "@/lib/views/clients/schema";

/** Most severe first, in the order of the list. */
const STATES: readonly ClientState[] = ["late", "lost", "blocked", "absent", "connected", "departed"];
const SELECTS = ["broker", "vhost", "user", "product"] as const;
/** Debounce for the search field, so that not every keystroke sends a request. */
const TYPED_AFTER_MS = 200;

/** State chips with counts, a select for each property, and a free-text search. */
export function ClientFilters({ view }: { readonly view: Pick<ClientRowsView, "counts" | "choices"> }) {
  const t = useTranslations("clientList");
  const [filter, set] = useFilter();
  const field = useRef<HTMLInputElement>(null);
  const later = useLater();
  const clear = (): void => {
    later(() => set({ state: null, broker: null, vhost: null, user: null, product: null, q: null }), 0);
    if (field.current !== null) field.current.value = "";
  };
  return (
    <search aria-label={t("filters")} className="mb-3 flex flex-col gap-2">
      <States counts={view.counts} />
      <div className="flex flex-wrap items-center gap-2 text-13">
        <input
          ref={field}
          type="search"
          aria-label={t("search")}
          placeholder={t("search")}
          // Uncontrolled: the URL is updated from the field after the debounce.
          defaultValue={filter.q ?? ""}
          maxLength={200}
          onChange={({ target }) => later(() => set({ q: target.value }), TYPED_AFTER_MS)}
          className="min-h-8 w-64 max-w-full rounded-6 border border-line bg-ground px-2"
        />
        {SELECTS.map((name) => (
          <Select key={name} name={name} choices={view.choices[name]} />
        ))}
        {Object.values(filter).some((value) => value !== undefined) ? (
          <button type="button" onClick={clear} className="min-h-8 px-2 underline">
            {t("clear")}
          </button>
        ) : null}
      </div>
    </search>
  );
}

/** Delays an action; a later call replaces one that is still pending. */
function useLater() {
  const due = useRef<ReturnType<typeof setTimeout> | null>(null);
  return (act: () => void, afterMs: number): void => {
    if (due.current !== null) clearTimeout(due.current);
    due.current = setTimeout(act, afterMs);
  };
}

function States({ counts }: { readonly counts: ClientRowsView["counts"] }) {
  const t = useTranslations("clientList");
  const states = useTranslations("state");
  const { number } = useWords();
  const [filter, set] = useFilter();
  const all = STATES.reduce((sum, state) => sum + counts[state], 0);
  const chip =
    "min-h-8 rounded-6 border border-line px-2 text-13 hover:bg-raised aria-pressed:border-ink aria-pressed:bg-raised";
  return (
    <fieldset className="flex flex-wrap gap-2">
      <legend className="sr-only">{t("byState")}</legend>
      <button
        type="button"
        className={chip}
        aria-pressed={filter.state === undefined}
        onClick={() => set({ state: null })}
      >
        {t("all")} <b className="font-semibold">{number(all)}</b>
      </button>
      {STATES.map((state) => (
        <button
          key={state}
          type="button"
          className={chip}
          aria-pressed={filter.state === state}
          onClick={() => set({ state: filter.state === state ? null : state })}
        >
          <StateWord tone={counts[state] === 0 ? "quiet" : clientTone(state, null)}>{states(state)}</StateWord>{" "}
          <b className="font-semibold">{number(counts[state])}</b>
        </button>
      ))}
    </fieldset>
  );
}

/** Hidden with fewer than two choices, unless the URL sets it. A value from the URL is offered even if unknown. */
function Select({
  name,
  choices,
}: {
  readonly name: Exclude<FilterKey, "state" | "q">;
  readonly choices: readonly string[];
}) {
  const t = useTranslations("clientList");
  const [filter, set] = useFilter();
  const chosen = filter[name];
  if (choices.length < 2 && chosen === undefined) return null;
  const offered = chosen === undefined || choices.includes(chosen) ? choices : [chosen, ...choices];
  return (
    <label className="flex items-center gap-1">
      <span className="text-quiet">{t(name)}</span>
      <select
        value={chosen ?? ""}
        onChange={(event) => set({ [name]: event.target.value })}
        className="min-h-8 max-w-48 rounded-6 border border-line bg-ground px-1"
      >
        <option value="">{t("any")}</option>
        {offered.map((choice) => (
          <option key={choice} value={choice}>
            {choice}
          </option>
        ))}
      </select>
    </label>
  );
}
