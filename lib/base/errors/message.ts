/**
 * The text of whatever was thrown. Several addresses that all failed throw one `AggregateError` without a text of its
 * own.
 */
export function messageOf(cause: unknown): string {
  if (cause instanceof AggregateError && cause.errors.length > 0) return cause.errors.map(messageOf).join("; ");
  return cause instanceof Error ? cause.message : String(cause);
}
