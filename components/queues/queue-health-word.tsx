import { useTranslations } from "next-intl";
import { StateWord } from "@/components/ui/state-word";
import type { QueueHealthView } from "@/lib/views/queues/schema";

/** The health of a queue: the kind of its worst finding, or its state. */
export function QueueHealthWord({ standing }: { readonly standing: QueueHealthView }) {
  const t = useTranslations("queues");
  const { is, severity, kind } = standing;
  return (
    <StateWord tone={severity}>{is === "finding" && kind !== null ? t(`kinds.${kind}`) : t(`healths.${is}`)}</StateWord>
  );
}
