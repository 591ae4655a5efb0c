export const handled = {
  handled: {
    all: "Everything that is wrong has somebody on it.",
    allMuted: "Everything that is wrong is acknowledged or muted.",
    since: "the oldest since {clock}",
    firing:
      "{n, plural, =0 {No alert fires.} one {# alert fires, {open, plural, =0 {and somebody has it or it is muted} other {and nobody has it yet}}.} other {# alerts fire, {open, plural, =0 {and all are acknowledged or muted} other {# of them nobody has taken yet}}.}}",
    firingMany: "More than {n, number} alerts fire.",
    acknowledged: "{n, number} acknowledged",
    muted: "{n, number} muted",
    moreAcknowledged: "{n, number} more acknowledged",
    moreMuted: "{n, number} more muted",
    both: "{a}, {b}",
    acknowledgedBy: "acknowledged by {by}",
    mutedBy: "muted: {by}",
    mutedOnly: "muted",
  },
} as const;
