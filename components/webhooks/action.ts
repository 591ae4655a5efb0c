import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { messageOf } from "@/lib/base/errors/message";

type ActionResult = { readonly is: "idle" | "busy" } | { readonly is: "failed"; readonly message: string };

/** Runs an operator's action, one run at a time, then refetches the lists. */
export function useAction<T>(run: () => Promise<T>, done: (answer: T) => void = () => {}) {
  const [outcome, setOutcome] = useState<ActionResult>({ is: "idle" });
  const client = useQueryClient();
  const start = () => {
    if (outcome.is === "busy") return;
    setOutcome({ is: "busy" });
    run()
      .then(
        (answer) => {
          setOutcome({ is: "idle" });
          done(answer);
        },
        (cause: unknown) => setOutcome({ is: "failed", message: messageOf(cause) }),
      )
      .finally(() => {
        for (const queryKey of [["webhooks"], ["deliveries"]]) void client.invalidateQueries({ queryKey });
      });
  };
  return { start, busy: outcome.is === "busy", failed: outcome.is === "failed" ? outcome.message : null };
}
