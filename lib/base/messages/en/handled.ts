export const handled = {
  handled: {
    all: "Every open problem is acknowledged.",
    allMuted: "Every open problem is acknowledged or muted.",
    since: "the oldest since {clock}",
    firing:
      "{n, plural, =0 {No alert is firing.} one {# alert is firing, {open, plural, =0 {acknowledged or muted} other {not acknowledged}}.} other {# alerts are firing, {open, plural, =0 {all acknowledged or muted} other {# not acknowledged}}.}}",
    firingMany: "More than {n, number} alerts are firing.",
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
