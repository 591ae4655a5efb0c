/** What names one object of a signal: the names of its labels and their values. */
export type Labels = Readonly<Record<string, string>>;
