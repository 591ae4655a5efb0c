/** The page that makes a silence window for alerts with exactly these labels. */
export function silencePage(labels: readonly (readonly [name: string, value: string])[]): string {
  const texts = labels.map(([name, value]) => `${name}="${value.replace(/[\\"]/g, "\\$&")}"`);
  return `/silence-windows?${new URLSearchParams(texts.map((text) => ["match", text])).toString()}`;
}
