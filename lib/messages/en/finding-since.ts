export const findingSince = {
  findingSince: {
    at: "since {time}",
    unknown: "since when is not known",
  },
} as const;
