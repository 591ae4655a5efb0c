/** One line of a Prometheus text: a name, its labels and a value. */
export interface MetricLine {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** An application's own exporter has some hundred lines; beyond this it is something else's. */
const LINES_MAX = 20_000;
const LINE = /^([A-Za-z_:][A-Za-z0-9_:]*)(?:\{(.*)\})? +(\S+)/;
const LABEL = /([A-Za-z_][A-Za-z0-9_]*)="((?:[^"\\]|\\.)*)"/g;

/** The lines of a Prometheus or OpenMetrics text whose name starts with `prefix`. Lines that cannot be read are left out. */
export function metricLines(text: string, prefix: string): readonly MetricLine[] {
  return text
    .split("\n", LINES_MAX)
    .filter((line) => line.startsWith(prefix))
    .flatMap((line) => {
      const [, name, labels = "", said] = LINE.exec(line) ?? [];
      const value = Number(said);
      return name === undefined || !Number.isFinite(value) ? [] : [{ name, labels: labelsOf(labels), value }];
    });
}

const labelsOf = (text: string): Record<string, string> =>
  Object.fromEntries(
    [...text.matchAll(LABEL)].map(([, name = "", value = ""]) => [name, value.replace(/\\(.)/g, unescaped)]),
  );

const unescaped = (_: string, char: string): string => (char === "n" ? "\n" : char);

/** The sum of all lines of one name; null without any: not measured. */
export function sumOf(lines: readonly MetricLine[], name: string): number | null {
  const found = lines.filter((line) => line.name === name);
  return found.length === 0 ? null : found.reduce((sum, { value }) => sum + value, 0);
}
