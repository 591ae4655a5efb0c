import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { type Lastbeat, startLastbeat } from "./world/lastbeat.ts";

// Every component in every state, rendered from example data, without a broker or a monitored database.

const CASES_MIN = 30;

let app: Lastbeat;

test.beforeAll(async () => {
  app = await startLastbeat({ config: { brokers: [] }, gallery: true });
});
test.afterAll(async () => {
  await app.stop();
  app.remove();
});

/** Collects uncaught exceptions of the page, and console errors such as those of React and Next. */
function errorsOf(page: Page): string[] {
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  return errors;
}

test("every state of every component renders in both themes, without console errors or axe violations", async ({
  page,
}) => {
  const errors = errorsOf(page);
  await page.goto(`${app.url}/gallery`);
  const links = page.locator('a[href^="/gallery?case="]');
  await expect(links.first()).toBeVisible();
  const addresses = await links.evaluateAll((all) => all.map((link) => link.getAttribute("href") ?? ""));
  expect(addresses.length).toBeGreaterThanOrEqual(CASES_MIN);
  await checkBothThemes(page, errors, "/gallery", async () => {
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  });
  for (const address of addresses) {
    const name = decodeURIComponent(address.split("case=")[1] ?? "");
    await test.step(name, () =>
      checkBothThemes(page, errors, address, () =>
        expect(page.getByRole("region", { name, exact: true })).toBeVisible(),
      ),
    );
  }
});

async function checkBothThemes(page: Page, errors: string[], address: string, drawn: () => Promise<void>) {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await page.goto(`${app.url}${address}`);
    await drawn();
    const { violations } = await new AxeBuilder({ page }).analyze();
    const faults = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(" ")}`);
    expect.soft(faults, `${address}, ${colorScheme}`).toEqual([]);
    expect.soft(errors.splice(0), `${address}, ${colorScheme}`).toEqual([]);
  }
}
