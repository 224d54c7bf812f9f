import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import { describe, expect } from 'vitest';
import { browserTest } from '../support/browser.ts';
import { createExporter, simulate } from '../support/exporter.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PHONE = { viewport: { width: 360, height: 740 }, isMobile: true };

async function serve(): Promise<string> {
  const { simulator, user } = await simulate();
  return (await (await createExporter(simulator, user)).listen()).url;
}

describe('a runbook', () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    browserTest(`fits a phone and is accessible, ${colorScheme}`, async (open) => {
      const url = await serve();
      for (const name of ['', 'PointOneScrapeFailing', 'PointOneTokenExpired']) {
        const page = await open(`${url}/runbooks/${name}`, { ...PHONE, colorScheme });
        const width = await page.evaluate('document.documentElement.scrollWidth');
        expect(width, name).toBe(PHONE.viewport.width);
        await page.evaluate(AXE);
        const { violations } = (await page.evaluate('axe.run()')) as AxeResults;
        expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html)}`)).toEqual([]);
      }
    });
  }

  browserTest('can be reached from the list and leads back to the status page, without JavaScript', async (open) => {
    const page = await open(`${await serve()}/runbooks`, { javaScriptEnabled: false });
    await page.getByRole('link', { name: 'PointOneTokenStatusUnknown' }).click();
    await page.waitForURL('**/runbooks/PointOneTokenStatusUnknown');
    await page.getByRole('link', { name: 'PointOneTokenExpiringSoon', exact: true }).click();
    await page.waitForURL('**/runbooks/PointOneTokenExpiringSoon#mitigation');
    await page.getByRole('link', { name: 'Status page' }).click();
    expect(await page.locator('h1').textContent()).toBe('Point One tokens');
  });
});
