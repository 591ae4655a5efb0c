import { type RefObject, useEffect, useEffectEvent } from "react";

const FIELDS = "input, select, textarea";

/**
 * Moves the focus into a form that has opened and, when it closes, back to what had it before. Escape closes the form.
 * A focus that was moved elsewhere meanwhile stays there.
 */
export function useFormFocus(form: RefObject<HTMLFormElement | null>, close: () => void): void {
  const closed = useEffectEvent(close);
  useEffect(() => {
    const element = form.current;
    if (element === null) return;
    const opener = document.activeElement;
    const onKey = ({ key }: KeyboardEvent): void => {
      if (key === "Escape") closed();
    };
    element.querySelector<HTMLElement>(FIELDS)?.focus();
    element.addEventListener("keydown", onKey);
    return () => {
      element.removeEventListener("keydown", onKey);
      if (document.activeElement !== document.body && !element.contains(document.activeElement)) return;
      const isUsable = opener instanceof HTMLElement && opener.isConnected && opener !== document.body;
      (isUsable ? opener : document.querySelector<HTMLElement>("main"))?.focus();
    };
  }, [form]);
}
