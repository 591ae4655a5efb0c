"use client";

import { useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { Advice } from "@/components/rules/advice";
import { BacktestPanel } from "@/components/rules/backtest-panel";
import { draftOf, emptyDraft, type Field, type RuleDraft, readDraft } from "@/components/rules/draft";
import { fieldOf, useFaults } from "@/components/rules/faults";
import { RuleFields } from "@/components/rules/rule-form";
import { RuleHistory } from "@/components/rules/rule-history";
import { usePackWords } from "@/components/rules/words";
import { messageOf } from "@/lib/base/errors/message";
import { signalNamed } from "@/lib/base/signals/catalogue";
import { RequestFailed } from "@/lib/views/request";
import { deleteRule, saveRule } from "@/lib/views/rules/query";
import type { RuleItem } from "@/lib/views/rules/schema";

/** Most custom rules are about a backlog. */
const FIRST_SIGNAL = "queue.ready";

type PendingAction =
  | { readonly is: "idle" | "saving" | "removing" | "saved" }
  | { readonly is: "failed"; readonly message: string };
type EditorMessage = Readonly<Partial<Record<Field, string>>>;

/** Shows, backtests and edits a rule; `rule` is null for a new one. The input is kept after a failed request. */
export function RuleEditor({ rule }: { readonly rule: RuleItem | null }) {
  const t = useTranslations("ruleEditor");
  const words = usePackWords();
  const [draft, setDraft] = useState(() => (rule === null ? emptyDraft(FIRST_SIGNAL) : draftOf(rule)));
  const change = (changes: Partial<RuleDraft>): void => setDraft((before) => ({ ...before, ...changes }));
  const faults = useFaults(draft);
  const isWell = Object.keys(faults.typed).length === 0;
  return (
    <>
      <p className="mb-1 text-13">
        <Link href="/rules" className="underline">
          {t("back")}
        </Link>
      </p>
      <h1 className="text-20 leading-8 font-semibold break-words sm:text-28 sm:leading-10">
        {rule === null ? t("newTitle") : words.title(rule.id)}
      </h1>
      {rule === null ? null : <RuleOrigin rule={rule} />}
      <div className="mt-4 grid gap-8 min-[1100px]:grid-cols-[minmax(0,26rem)_minmax(0,1fr)]">
        <Saved rule={rule} draft={draft} change={change} />
        <div className="min-w-0 max-[1100px]:-order-1">
          <BacktestPanel
            rule={isWell ? readDraft(draft).rule : null}
            kind={signalNamed(draft.signal)?.kind ?? "broker"}
            move={(line, value) => change({ [line]: String(value) })}
          />
        </div>
      </div>
      {rule === null ? null : <RuleHistory id={rule.id} />}
    </>
  );
}

function RuleOrigin({ rule }: { readonly rule: RuleItem }) {
  const t = useTranslations("ruleEditor");
  const about = usePackWords().about(rule.id);
  const message = { "built-in": t("builtIn"), page: t("made"), file: t("fromFile", { path: rule.path ?? "" }) };
  return (
    <>
      <p className="text-13 text-quiet">
        <span className="font-mono">{rule.id}</span> · {message[rule.origin]}
      </p>
      {about === null ? null : (
        <details className="mt-2">
          <summary className="min-h-6 cursor-pointer">{about.summary}</summary>
          <div className="mt-1 border-l-2 border-line pl-3">
            <Advice rule={rule.id} />
          </div>
        </details>
      )}
    </>
  );
}

function Saved(props: {
  readonly rule: RuleItem | null;
  readonly draft: RuleDraft;
  readonly change: (changes: Partial<RuleDraft>) => void;
}) {
  const { rule, draft, change } = props;
  const [faultTexts, setFaultTexts] = useState<EditorMessage>({});
  const faults = useFaults(draft);
  const saving = useSaving(setFaultTexts);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const { rule: written } = readDraft(draft);
    if (written !== null && Object.keys(faults.all).length === 0) saving.save(written, rule);
    else setFaultTexts(faults.all);
  };
  const typed = (changes: Partial<RuleDraft>): void => {
    setFaultTexts((before) => Object.fromEntries(Object.entries(before).filter(([field]) => !(field in changes))));
    saving.forget();
    change(changes);
  };
  return (
    <form onSubmit={submit} noValidate className="min-w-0">
      <fieldset disabled={rule?.origin === "file"} className="min-w-0">
        <RuleFields
          draft={draft}
          faultTexts={{ ...faults.typed, ...faultTexts }}
          named={rule === null ? "here" : "already"}
          change={typed}
        />
        {rule?.origin === "file" ? null : (
          <Buttons doing={saving.doing} rule={rule} faults={Object.keys(faultTexts).length} remove={saving.remove} />
        )}
      </fieldset>
    </form>
  );
}

/** Saving and deleting: the state of the request, and the server's errors by field. */
function useSaving(report: (message: EditorMessage) => void) {
  const [doing, setDoing] = useState<PendingAction>({ is: "idle" });
  const router = useRouter();
  const client = useQueryClient();
  const refused = (cause: unknown): void => {
    if (cause instanceof RequestFailed) {
      report(Object.fromEntries(cause.faults.map(({ path, message }) => [fieldOf(path), message])));
    }
    setDoing({ is: "failed", message: messageOf(cause) });
  };
  const done = async (to: string | null): Promise<void> => {
    // The next page reads the rule from the list, so the list is refetched first.
    await client.invalidateQueries({ queryKey: ["rules"], refetchType: "all" });
    setDoing({ is: to === null ? "saved" : "idle" });
    if (to !== null) router.push(to);
  };
  return {
    doing,
    forget: () => setDoing((before) => (before.is === "saved" || before.is === "failed" ? { is: "idle" } : before)),
    save: (written: Parameters<typeof saveRule>[0], before: RuleItem | null): void => {
      setDoing({ is: "saving" });
      saveRule(written, before === null ? "new" : "existing")
        .then(() => done(before === null ? `/rules/${encodeURIComponent(written.id)}` : null))
        .catch(refused);
    },
    remove: (id: string): void => {
      setDoing({ is: "removing" });
      deleteRule(id)
        .then(() => done("/rules"))
        .catch(refused);
    },
  };
}

function Buttons(props: {
  readonly doing: PendingAction;
  readonly rule: RuleItem | null;
  readonly faults: number;
  readonly remove: (id: string) => void;
}) {
  const { doing, rule, faults, remove } = props;
  const t = useTranslations("ruleEditor");
  const busy = doing.is === "saving" || doing.is === "removing";
  return (
    <div className="mt-4 flex flex-wrap items-center gap-3">
      <button
        type="submit"
        disabled={busy}
        className="min-h-9 rounded-6 bg-ink px-4 text-14 font-semibold text-ground disabled:opacity-60"
      >
        {t(doing.is === "saving" ? "saving" : "save")}
      </button>
      {rule?.origin === "page" ? (
        <button
          type="button"
          disabled={busy}
          onClick={() => remove(rule.id)}
          className="min-h-9 rounded-6 border border-critical px-4 text-14 text-critical hover:bg-raised"
        >
          {t(doing.is === "removing" ? "removing" : "remove")}
        </button>
      ) : null}
      <p role="status" className="text-13">
        {doing.is === "saved" ? t("saved") : ""}
      </p>
      <p role="alert" className="w-full text-13 text-critical empty:hidden">
        {doing.is === "failed"
          ? t("failed", { message: doing.message })
          : faults > 0
            ? t("faults", { count: faults })
            : ""}
      </p>
    </div>
  );
}
