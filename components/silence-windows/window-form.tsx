"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useRef, useState } from "react";
import { AlertList } from "@/components/alerts/alert-list";
import { matchOf, type SilenceWindowDraft, wantedOf } from "@/components/silence-windows/draft";
import { useFormFocus } from "@/components/ui/form-focus";
import { ActionButton, BUTTON } from "@/components/webhooks/action-button";
import { createWindow, editWindow, previewWindow } from "@/lib/views/silence-windows/query";
import type { WindowPreview } from "@/lib/views/silence-windows/schema";

const FIELD = "min-h-8 w-full rounded-6 border border-line bg-ground px-2";

/** The form of a silence window, with a preview of the alerts that it would mute now. */
export function WindowForm({ draft, close }: { readonly draft: SilenceWindowDraft; readonly close: () => void }) {
  const t = useTranslations("silenceWindows");
  const client = useQueryClient();
  const form = useRef<HTMLFormElement>(null);
  useFormFocus(form, close);
  const [kind, setKind] = useState(draft.kind);
  const [preview, setPreview] = useState<WindowPreview | null>(null);
  const given = () => new FormData(form.current ?? undefined);
  const title = t(draft.id === null ? "make" : "edit");
  const save = () => (draft.id === null ? createWindow(wantedOf(given())) : editWindow(draft.id, wantedOf(given())));
  const saved = () => {
    for (const queryKey of [["silence-windows"], ["alerts"]]) void client.invalidateQueries({ queryKey });
    close();
  };
  return (
    <form
      ref={form}
      aria-label={title}
      onSubmit={(event) => event.preventDefault()}
      className="mb-6 flex flex-col gap-3 rounded-6 border border-line p-3 text-13"
    >
      <h2 className="text-16 font-semibold">{title}</h2>
      <label className="flex flex-col gap-1">
        {t("match")}
        <textarea
          name="match"
          rows={4}
          defaultValue={draft.match}
          spellCheck={false}
          onChange={() => setPreview(null)}
          className={`${FIELD} font-mono`}
        />
        <span className="text-12 text-quiet">{t("matchHint")}</span>
      </label>
      <Kind kind={kind} set={setKind} />
      <div className="grid gap-3 sm:grid-cols-2 lg:grid-cols-4">
        <Field name="from" label={`${t("from")} (${t("fromHint")})`} value={draft.from} type="datetime-local" />
        <Field
          name="until"
          label={t("until")}
          value={kind === draft.kind ? draft.until : ""}
          type="datetime-local"
          key={kind}
        />
        {kind === "once" ? null : <Recurrence draft={draft} />}
        <Field name="comment" label={t("comment")} value={draft.comment} max={500} />
        <Field name="by" label={t("name")} value="" max={64} />
      </div>
      <div className="flex flex-wrap items-center gap-2">
        <ActionButton
          label={t("preview")}
          busyLabel={t("previewing")}
          about={title}
          run={() => previewWindow(matchOf(given()))}
          done={setPreview}
        />
        <ActionButton label={t("save")} busyLabel={t("saving")} about={title} run={save} done={saved} />
        <button type="button" className={BUTTON} onClick={close}>
          {t("cancel")}
        </button>
      </div>
      {preview === null ? null : (
        <div role="status" data-preview>
          <p className="font-semibold">{t("previewed", { count: preview.count })}</p>
          <AlertList alerts={preview.items} />
        </div>
      )}
    </form>
  );
}

function Kind({
  kind,
  set,
}: {
  readonly kind: SilenceWindowDraft["kind"];
  readonly set: (kind: SilenceWindowDraft["kind"]) => void;
}) {
  const t = useTranslations("silenceWindows");
  return (
    <fieldset className="flex flex-wrap gap-4">
      <legend className="sr-only">{t("kind")}</legend>
      {(["once", "recurring"] as const).map((one) => (
        <label key={one} className="flex items-center gap-1">
          <input type="radio" name="kind" value={one} checked={kind === one} onChange={() => set(one)} />
          {t(one)}
        </label>
      ))}
    </fieldset>
  );
}

function Recurrence({ draft }: { readonly draft: SilenceWindowDraft }) {
  const t = useTranslations("silenceWindows");
  return (
    <>
      <Field name="cron" label={t("cron")} value={draft.cron} max={200} />
      <Field name="zone" label={t("zone")} value={draft.zone} max={64} />
      <Field name="minutes" label={t("minutes")} value={draft.minutes} type="number" />
    </>
  );
}

function Field(props: {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly type?: "text" | "number" | "datetime-local";
  readonly max?: number;
}) {
  const { name, label, value, type = "text", max } = props;
  return (
    <label className="flex min-w-0 flex-col justify-end gap-1">
      {label}
      <input name={name} type={type} defaultValue={value} maxLength={max} className={FIELD} />
    </label>
  );
}
