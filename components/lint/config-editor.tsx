"use client";

import { useTranslations } from "next-intl";
import { type RefObject, useRef, useState } from "react";
import { useHydrated } from "@/components/ui/hydrated";

/** The line height (`leading-5`) of the text and of the line numbers. */
const LINE_PX = 20;
const EXAMPLE = `amqp:
  addr: amqp://guest:guest@127.0.0.1:5672/
  heartbeat: 30s
jobs:
  consume: [mails]
  pipelines:
    mails:
      driver: amqp
      config:
        queue: mails
        routing_key: mails
        redial_timeout: 300s
`;

/** A text area with line numbers. */
export function ConfigEditor({ editor }: { readonly editor: RefObject<HTMLTextAreaElement | null> }) {
  const t = useTranslations("lint");
  const numbers = useRef<HTMLPreElement>(null);
  const hydrated = useHydrated();
  const [lines, setLines] = useState(EXAMPLE.split("\n").length);
  return (
    <div className="flex h-[28rem] overflow-hidden rounded-6 border border-line font-mono text-13 leading-5">
      <pre
        ref={numbers}
        aria-hidden="true"
        className="overflow-hidden border-r border-line bg-raised px-2 py-2 text-right text-quiet select-none"
      >
        {Array.from({ length: lines }, (_, at) => at + 1).join("\n")}
        {"\n\n"}
      </pre>
      <textarea
        ref={editor}
        name="config"
        aria-label={t("config")}
        defaultValue={EXAMPLE}
        readOnly={!hydrated}
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        wrap="off"
        onChange={({ currentTarget }) => setLines(currentTarget.value.split("\n").length)}
        onScroll={({ currentTarget }) => numbers.current?.scrollTo({ top: currentTarget.scrollTop })}
        className="min-w-0 flex-1 resize-none bg-ground px-2 py-2"
      />
    </div>
  );
}

/** Selects a line (1-based) and scrolls it into view. */
export function showLine(editor: HTMLTextAreaElement, line: number): void {
  const before = editor.value.split("\n").slice(0, line - 1);
  const from = before.reduce((length, text) => length + text.length + 1, 0);
  const end = editor.value.indexOf("\n", from);
  editor.focus();
  editor.setSelectionRange(from, end < 0 ? editor.value.length : end);
  editor.scrollTo({ top: (line - 1) * LINE_PX - editor.clientHeight / 2 });
}
