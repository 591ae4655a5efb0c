export const incidents = {
  incidents: {
    title: "Open incidents",
    more: "There are more; the API lists all of them.",
    others:
      "{n, plural, one {one more alert of this cause} other {# more alerts of this cause}}; {firing, plural, =0 {none fires now} one {one in all fires now} other {# in all fire now}}",
    nextStep: "Next step: {text}",
    acknowledgeAll: "Acknowledge all",
    acknowledgeTitle: "Acknowledge this incident and every alert that joins it later",
    silenceAll: "Silence all",
  },
} as const;
