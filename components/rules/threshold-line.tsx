"use client";

import { useTranslations } from "next-intl";
import { type KeyboardEvent, type PointerEvent, useState } from "react";
import { heightOf, type LineName, movedBy, stepOf, type ValueAxis, valueAt } from "@/components/rules/scale";
import { useAmount } from "@/components/rules/words";
import type { RuleItem } from "@/lib/views/rules/schema";

/** Height of the area that reacts to pointer and touch, px: the line itself is too thin. */
export const GRIP = 24;
const LINE_CLASS: Readonly<Record<LineName, string>> = {
  warning: "border-warning text-warning border-dashed",
  critical: "border-critical text-critical border-solid",
  clear: "border-quiet text-quiet border-dotted",
};
const SHAPE: Readonly<Record<LineName, string>> = { warning: "▲", critical: "■", clear: "○" };

/** One limit of a rule as a line over its chart, moved by pointer or keyboard. */
export function ThresholdLine(props: {
  readonly name: LineName;
  readonly value: number;
  readonly unit: RuleItem["unit"];
  readonly axis: ValueAxis;
  /** Height of the chart, px. */
  readonly height: number;
  /** The side of the line for its label, so that neighbouring labels do not overlap. */
  readonly words: "above" | "below";
  readonly move: (value: number) => void;
  /** The axis must not rescale while a line is dragged. */
  readonly hold: (held: boolean) => void;
}) {
  const { name, value, unit, axis, height, words, move, hold } = props;
  const t = useTranslations("ruleEditor");
  const amount = useAmount();
  const [held, setHeld] = useState(false);
  const step = stepOf(axis, unit);
  const y = heightOf(value, height, axis);
  const grab = (event: PointerEvent<HTMLDivElement>): void => {
    event.currentTarget.setPointerCapture(event.pointerId);
    setHeld(true);
    hold(true);
  };
  const drag = (event: PointerEvent<HTMLDivElement>): void => {
    const field = event.currentTarget.parentElement;
    if (held && field !== null) move(valueAt(event.clientY - field.getBoundingClientRect().top, height, axis, step));
  };
  const drop = (): void => {
    setHeld(false);
    hold(false);
  };
  const press = (event: KeyboardEvent): void => {
    const moved = movedBy(event.key, value, axis, step);
    if (moved === null) return;
    event.preventDefault();
    move(moved);
  };
  const label = t("line", { name: t(name), value: amount(value, unit) });
  return (
    <div
      role="slider"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label={t(name)}
      aria-valuemin={Math.min(axis.bottom, value)}
      aria-valuemax={Math.max(axis.top, value)}
      aria-valuenow={value}
      aria-valuetext={amount(value, unit)}
      data-line={name}
      onPointerDown={grab}
      onPointerMove={drag}
      onPointerUp={drop}
      onPointerCancel={drop}
      onKeyDown={press}
      className={`absolute inset-x-0 flex cursor-ns-resize touch-none items-center ${LINE_CLASS[name]}`}
      style={{ top: y - GRIP / 2, height: GRIP }}
    >
      <span aria-hidden="true" className={`w-full border-t-2 ${LINE_CLASS[name]}`} />
      <span
        aria-hidden="true"
        className={`absolute rounded-6 bg-ground/85 px-1 text-12 whitespace-nowrap ${name === "clear" ? "left-1" : "right-1"} ${words === "above" ? "bottom-1/2 mb-0.5" : "top-1/2 mt-0.5"}`}
      >
        {SHAPE[name]} {label}
        {value > axis.top ? ` ↑ ${t("beyond")}` : value < axis.bottom ? ` ↓ ${t("beyond")}` : ""}
      </span>
    </div>
  );
}
