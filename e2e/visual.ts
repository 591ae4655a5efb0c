import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, type TestInfo } from "@playwright/test";

/**
 * Reloads a page in both themes and at both widths, takes a screenshot of each and expects no horizontal scrolling. axe
 * needs seconds per page and runs once per theme and once per width. `ready` waits until the content is rendered.
 */
export async function expectWellRendered(
  page: Page,
  info: TestInfo,
  name: string,
  ready: () => Promise<void>,
): Promise<void> {
  for (const scheme of ["light", "dark"] as const) {
    for (const width of [1440, 390]) {
      await page.emulateMedia({ colorScheme: scheme });
      await page.setViewportSize({ width, height: 900 });
      await page.reload();
      await ready();
      await page.screenshot({ path: info.outputPath(`${name}-${scheme}-${width}.png`), fullPage: true });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(wide, "nothing hangs over the edge").toBeLessThanOrEqual(width);
      if ((scheme === "light") !== (width === 1440)) continue;
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target).join(" ")}`)).toEqual([]);
    }
  }
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize({ width: 1440, height: 900 });
}
