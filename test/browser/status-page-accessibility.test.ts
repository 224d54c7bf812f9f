import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { describe, expect } from 'vitest';
import { buildStories, manyTokens } from '../../simulator/stories.ts';
import { browserTest } from '../support/browser.ts';
import { createMultiAccountExporter, simulate } from '../support/exporter.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** By what the page has to be usable: WCAG 2.2 at level AA, and what else is good practice. */
async function findings(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const results = (await page.evaluate('axe.run({ resultTypes: ["violations", "incomplete"] })')) as AxeResults;
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
  );
}

/** Tokens in every state, an account that is refused, one that expects a token, and enough of them to be folded. */
async function everything(): Promise<string> {
  const { simulator, user } = await simulate();
  const { fleetEu, fleetUs } = buildStories(simulator.world);
  manyTokens(user, 40);
  const others = ['survey-lab', 'a', 'b', 'c', 'd'].map((id) => simulator.world.addUser(id, { credentialDays: 2 }));
  simulator.setFault({ kind: 'status', status: 403 }, { user: 'survey-lab' });
  const accounts = { 'fleet-eu': { expected_tokens: [{ name: 'not there', role: 'ROLE_READ_ONLY' }] } };
  const exporter = await createMultiAccountExporter(simulator, [fleetEu, fleetUs, user, ...others], { accounts });
  return (await exporter.listen()).url;
}

describe('axe finds nothing to object to', () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [1280, 390]) {
      browserTest(`in everything there is to see, ${colorScheme}, ${width} pixels wide`, async (open) => {
        const page = await open(await everything(), { colorScheme, viewport: { width, height: 900 } });
        for (const summary of await page.locator('summary').all()) await summary.click();
        expect(await findings(page)).toEqual([]);
      });
    }
  }

  browserTest('in a page with nothing to see', async (open) => {
    const { simulator } = await simulate();
    const page = await open((await (await createMultiAccountExporter(simulator, [])).listen()).url);
    expect(await findings(page)).toEqual([]);
  });

  browserTest('in the warning that the page is not up to date', async (open) => {
    const page = await open(await everything(), { colorScheme: 'dark' });
    await page.route('**/*', (route) => route.fulfill({ body: 'Please log in' }));
    await page.getByRole('link', { name: 'Account' }).click();
    await page.locator('#trouble:not(:empty)').waitFor();
    expect(await findings(page)).toEqual([]);
  });
});

describe('who does not see the page', () => {
  browserTest('is told its structure', async (open) => {
    const page = await open(await everything(), { viewport: { width: 390, height: 900 } });
    const roles = async (role: Parameters<Page['getByRole']>[0]) => page.getByRole(role).count();
    expect(await roles('banner')).toBe(1);
    expect(await roles('main')).toBe(1);
    expect(await roles('contentinfo')).toBe(1);
    expect(await roles('search')).toBe(1);
    const tokens = page.getByRole('table', { name: /^Tokens of all accounts/ });
    expect(await tokens.getByRole('columnheader').count()).toBe(8);
    expect(await tokens.getByRole('rowheader', { name: /^ci-nightly/ }).count()).toBe(1);
    expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
  });
});
