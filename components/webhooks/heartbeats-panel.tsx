"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { usePauseable } from "@/components/shell/paused";
import { StateWord, type Tone } from "@/components/ui/state-word";
import { TimeAgo } from "@/components/ui/time-ago";
import { useWords } from "@/components/ui/words";
import { heartbeatsQuery } from "@/lib/views/heartbeats/query";
import type { HeartbeatView } from "@/lib/views/heartbeats/schema";

const TONES: Readonly<Record<HeartbeatView["state"], Tone>> = {
  starting: "unknown",
  beating: "ok",
  unheard: "warning",
  silent: "critical",
};

/** The dead man's switches; nothing if none is configured. */
export function HeartbeatsPanel() {
  const t = useTranslations("heartbeats");
  const { data } = useQuery({ ...heartbeatsQuery(), ...usePauseable() });
  if (data === undefined || data.items.length === 0) return null;
  return (
    <section aria-labelledby="heartbeats" className="mb-6">
      <h2 id="heartbeats" className="mb-2 text-16 font-semibold">
        {t("title")}
      </h2>
      <ul className="flex flex-col">
        {data.items.map((heartbeat) => (
          <Row key={heartbeat.id} heartbeat={heartbeat} />
        ))}
      </ul>
    </section>
  );
}

function Row({ heartbeat }: { readonly heartbeat: HeartbeatView }) {
  const t = useTranslations("heartbeats");
  const { reasonText, span } = useWords();
  const { id, format, host, everySeconds, state, reason, toldMs } = heartbeat;
  return (
    <li className="flex flex-wrap items-baseline gap-x-4 gap-y-1 border-t border-line py-2" data-heartbeat={id}>
      <span className="font-semibold">{id}</span>
      <span className="text-13 break-all text-quiet">
        {format} · {host} · {t("every", { span: span(everySeconds) })}
      </span>
      <StateWord tone={TONES[state]}>{t(state)}</StateWord>
      {reason === null ? null : <span className="text-13">{reasonText(reason)}</span>}
      <span className="text-13 text-quiet">
        {t("lastAccepted")} {toldMs === null ? t("never") : <TimeAgo ms={toldMs} />}
      </span>
    </li>
  );
}
