export const incidents = {
  incidents: {
    title: "Open incidents",
    more: "There are more; the API lists all of them.",
    others:
      "{n, plural, one {one more alert of this cause} other {# more alerts of this cause}}; {firing, plural, =0 {none of all fires now} one {one of all fires now} other {# of all fire now}}",
    nextStep: "Next step: {text}",
    acknowledgeAll: "Acknowledge all",
    acknowledgeTitle: "Acknowledge this incident with everything that joins it",
    silenceAll: "Silence all",
  },
} as const;
