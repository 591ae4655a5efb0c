export const taken = {
  taken: {
    all: "Everything that is wrong has somebody on it.",
    allMuted: "Everything that is wrong is acknowledged or muted.",
    since: "the oldest since {clock}",
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
