"use client";

import { type ReactNode, useId } from "react";

export const INPUT =
  "min-h-9 w-full rounded-6 border border-line bg-ground px-2 text-14 aria-[invalid=true]:border-critical";

interface Wired {
  readonly id: string;
  readonly "aria-invalid": boolean;
  readonly "aria-describedby": string;
}

/** A field with its label, hint and error, linked by ARIA attributes for screen readers. */
export function FieldOf(props: {
  readonly name: string;
  readonly hint?: string;
  readonly fault: string | undefined;
  readonly children: (wired: Wired) => ReactNode;
}) {
  const id = useId();
  const { name, hint, fault, children } = props;
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <label htmlFor={id} className="text-13">
        {name}
      </label>
      {children({ id, "aria-invalid": fault !== undefined, "aria-describedby": `${id}-hint ${id}-fault` })}
      <p id={`${id}-hint`} className="text-12 break-words text-quiet empty:hidden">
        {hint}
      </p>
      <p id={`${id}-fault`} className="text-13 break-words text-critical empty:hidden">
        {fault}
      </p>
    </div>
  );
}

export function TextOf(props: {
  readonly name: string;
  readonly hint?: string;
  readonly fault: string | undefined;
  readonly value: string;
  readonly change: (value: string) => void;
}) {
  const { value, change, ...field } = props;
  return (
    <FieldOf {...field}>
      {(wired) => (
        <input
          {...wired}
          value={value}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          maxLength={200}
          onChange={({ target }) => change(target.value)}
          className={INPUT}
        />
      )}
    </FieldOf>
  );
}

export function SelectOf(props: {
  readonly name: string;
  readonly hint?: string;
  readonly fault: string | undefined;
  readonly value: string;
  readonly options: readonly (readonly [value: string, label: string])[];
  readonly choose: (value: string) => void;
}) {
  const { value, options, choose, ...field } = props;
  return (
    <FieldOf {...field}>
      {(wired) => (
        <select {...wired} value={value} onChange={({ target }) => choose(target.value)} className={INPUT}>
          {options.map(([one, label]) => (
            <option key={one} value={one}>
              {label}
            </option>
          ))}
        </select>
      )}
    </FieldOf>
  );
}
