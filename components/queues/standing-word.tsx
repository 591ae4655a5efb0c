import { useTranslations } from "next-intl";
import { StateWord } from "@/components/ui/state-word";
import type { StandingView } from "@/lib/views/queues";

/** What is wrong with a queue, by its worst. */
export function StandingWord({ standing }: { readonly standing: StandingView }) {
  const t = useTranslations("queues");
  const { is, severity, kind } = standing;
  return (
    <StateWord tone={severity}>
      {is === "finding" && kind !== null ? t(`kinds.${kind}`) : t(`standings.${is}`)}
    </StateWord>
  );
}
