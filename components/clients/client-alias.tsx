"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useRef, useState } from "react";
import { ActionButton, BUTTON } from "@/components/webhooks/action-button";
import { deleteAlias, saveAlias } from "@/lib/views/clients/query";
import type { ClientView } from "@/lib/views/clients/schema";

const FIELD = "min-h-8 rounded-6 border border-line bg-ground px-2";
/** As the API accepts. */
const ALIAS_MAX = 80;

/** How a client is shown, and a form that gives it another name. */
export function ClientAlias({ client }: { readonly client: ClientView }) {
  const t = useTranslations("client");
  const [open, setOpen] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const queries = useQueryClient();
  const done = () => {
    setOpen(false);
    for (const queryKey of [["client"], ["clients"], ["overview"]]) void queries.invalidateQueries({ queryKey });
  };
  return (
    <>
      {client.displayName}{" "}
      <button type="button" className={BUTTON} aria-expanded={open} onClick={() => setOpen(!open)}>
        {t("rename")}…
      </button>
      {client.displayName === client.name ? null : (
        <span className="block text-12 break-words text-quiet">{t("originally", { name: client.name })}</span>
      )}
      {open ? (
        <form
          aria-label={t("rename")}
          onSubmit={(event) => event.preventDefault()}
          className="mt-1 flex flex-wrap items-end gap-2"
        >
          <label className="flex min-w-0 grow flex-col gap-1 text-13">
            {t("alias")}
            <input
              ref={field}
              name="alias"
              defaultValue={client.alias ?? ""}
              maxLength={ALIAS_MAX}
              className={`${FIELD} w-full`}
            />
          </label>
          <ActionButton
            label={t("saveAlias")}
            about={client.name}
            run={() => saveAlias(client.id, field.current?.value ?? "")}
            done={done}
          />
          {client.alias === null ? null : (
            <ActionButton
              label={t("removeAlias")}
              about={client.alias}
              run={() => deleteAlias(client.id)}
              done={done}
            />
          )}
        </form>
      ) : null}
    </>
  );
}
