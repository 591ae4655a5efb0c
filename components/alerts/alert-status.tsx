"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { useWords } from "@/components/ui/words";
import type { AlertView } from "@/lib/views/alerts/schema";

/** Why a firing alert sends no notifications: acknowledged, muted or flapping. Empty if it sends them. */
export function AlertStatus({ alert }: { readonly alert: AlertView }) {
  const t = useTranslations("alertActions");
  const { moment } = useWords();
  const { acknowledgedBy: by, acknowledgedUntilMs: untilMs, acknowledgedComment: comment } = alert;
  if (alert.state !== "firing") return null;
  return (
    <div className="text-13 text-quiet" data-standing>
      {by === null || untilMs === null ? null : (
        <p className="break-words">
          ✓{" "}
          {comment === null || comment === ""
            ? t("acknowledged", { by, time: moment(untilMs) })
            : t("acknowledgedWith", { by, time: moment(untilMs), comment })}
        </p>
      )}
      <Muted alert={alert} />
      {alert.flapping ? <p className="text-warning">≈ {t("flapping")}</p> : null}
    </div>
  );
}

function Muted({ alert: { mutedBy } }: { readonly alert: AlertView }) {
  const t = useTranslations("alertActions");
  const { moment } = useWords();
  if (mutedBy === null) return null;
  if (mutedBy.by === "alert")
    return <Reason href={`/alerts#${mutedBy.id}`}>{t("mutedBy", { text: mutedBy.text })}</Reason>;
  const time = moment(mutedBy.untilMs);
  const text = mutedBy.text === "" ? t("silenced", { time }) : t("silencedBy", { time, text: mutedBy.text });
  return <Reason href={`/silence-windows#${mutedBy.id}`}>{text}</Reason>;
}

function Reason({ href, children }: { readonly href: string; readonly children: string }) {
  return (
    <p className="break-words">
      <span aria-hidden="true">∅ </span>
      <Link href={href} className="underline">
        {children}
      </Link>
    </p>
  );
}
