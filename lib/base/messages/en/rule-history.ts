export const ruleHistory = {
  ruleHistory: {
    title: "Who changed it",
    none: "Nobody has changed this rule here.",
    failed: "Who changed it could not be read: {message}",
    made: "made by {who}",
    changed: "changed by {who}",
    deleted: "deleted by {who}",
    fromTo: "{before} → {after}",
    empty: "none",
    on: "yes",
    off: "no",
    same: "saved as it was",
    own: "a new rule",
    gone: "no rule of this id was left",
    unknown: "what it was is not stored any more",
    older: "{n, plural, one {# older change} other {# older changes}}",
  },
} as const;
