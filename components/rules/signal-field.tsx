"use client";

import { useTranslations } from "next-intl";
import { FieldOf, INPUT } from "@/components/rules/fields";
import { type ObjectKind, SIGNALS, signalNamed } from "@/lib/base/signals/catalogue";

/** Selects a signal from the catalogue, grouped by object kind; shows the unit and description of the selected one. */
export function SignalField(props: {
  readonly value: string;
  readonly fault: string | undefined;
  readonly choose: (signal: string) => void;
}) {
  const t = useTranslations("ruleEditor");
  const describeSignal = useDescription();
  const chosen = signalNamed(props.value);
  const hint =
    chosen === null ? "" : t("signalHint", { about: describeSignal(chosen.name), unit: t(`unitNames.${chosen.unit}`) });
  const kinds = Map.groupBy(SIGNALS, ({ kind }): ObjectKind => kind);
  return (
    <FieldOf name={t("signal")} hint={hint} fault={props.fault}>
      {(wired) => (
        <select {...wired} value={props.value} onChange={({ target }) => props.choose(target.value)} className={INPUT}>
          {[...kinds].map(([kind, signals]) => (
            <optgroup key={kind} label={t(`kinds.${kind}`)}>
              {signals.map(({ name }) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </optgroup>
          ))}
        </select>
      )}
    </FieldOf>
  );
}

type Signals = ReturnType<typeof useTranslations<"signals">>;

/** What a signal measures, in the reader's language. */
function useDescription(): (name: string) => string {
  const t = useTranslations("signals");
  return (name) => {
    const key = name.replaceAll(".", "-");
    return isKey(t, key) ? t(key) : name;
  };
}

const isKey = (t: Signals, key: string): key is Parameters<Signals>[0] => Reflect.apply(t.has, t, [key]);
