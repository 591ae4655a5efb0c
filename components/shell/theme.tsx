"use client";

import { useTranslations } from "next-intl";

/** Switches between light and dark and stores the choice; the default is the system preference. */
export function ThemeToggle() {
  const t = useTranslations("app");
  const toggle = () => {
    const root = document.documentElement;
    const next = root.dataset.theme === "dark" ? "light" : "dark";
    root.dataset.theme = next;
    try {
      localStorage.setItem("lastbeat.theme", next);
    } catch {
      // Storage may be blocked: the choice then lasts until the page is closed.
    }
  };
  return (
    <button
      type="button"
      onClick={toggle}
      aria-label={t("theme")}
      title={t("theme")}
      className="min-h-6 min-w-6 rounded-6 border border-line px-1 text-13 hover:bg-raised"
    >
      ◐
    </button>
  );
}
