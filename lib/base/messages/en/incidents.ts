export const incidents = {
  incidents: {
    title: "Open incidents",
    more: "There are more; the API lists all of them.",
    alerts:
      "{total, plural, one {one alert} other {# alerts of one cause}}, {firing, plural, =0 {none fires now} other {# firing}}",
    nextStep: "Next step: {text}",
    acknowledgeAll: "Acknowledge all",
    acknowledgeTitle: "Acknowledge this incident with everything that joins it",
    silenceAll: "Silence all",
  },
} as const;
