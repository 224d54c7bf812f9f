import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { describe, expect } from 'vitest';
import { addDemoUsers, addTokens } from '../../simulator/fixtures.ts';
import { browserTest } from '../support/browser.ts';
import { createMultiAccountExporter, simulate } from '../support/exporter.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Returns the violations of WCAG 2.2 level AA and of best practices. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const results = (await page.evaluate('axe.run({ resultTypes: ["violations", "incomplete"] })')) as AxeResults;
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
  );
}

/** Serves tokens in every state, a forbidden account, a missing expected token, and enough accounts to collapse them. */
async function serveAllStates(): Promise<string> {
  const { simulator, user } = await simulate();
  const { fleetEu, fleetUs } = addDemoUsers(simulator.state);
  addTokens(user, 40);
  const others = ['survey-lab', 'a', 'b', 'c', 'd'].map((id) => simulator.state.addUser(id, { credentialDays: 2 }));
  simulator.setFault({ kind: 'status', status: 403 }, { user: 'survey-lab' });
  const accounts = { 'fleet-eu': { expected_tokens: [{ name: 'not there', role: 'ROLE_READ_ONLY' }] } };
  const exporter = await createMultiAccountExporter(simulator, [fleetEu, fleetUs, user, ...others], { accounts });
  return (await exporter.listen()).url;
}

describe('axe finds no violation', () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [1280, 390]) {
      browserTest(`in a page with all states, ${colorScheme}, ${width} pixels wide`, async (open) => {
        const page = await open(await serveAllStates(), { colorScheme, viewport: { width, height: 900 } });
        for (const summary of await page.locator('summary').all()) await summary.click();
        expect(await violations(page)).toEqual([]);
      });
    }
  }

  browserTest('in a page without accounts', async (open) => {
    const { simulator } = await simulate();
    const page = await open((await (await createMultiAccountExporter(simulator, [])).listen()).url);
    expect(await violations(page)).toEqual([]);
  });

  browserTest('in the warning that the page is out of date', async (open) => {
    const page = await open(await serveAllStates(), { colorScheme: 'dark' });
    await page.route('**/*', (route) => route.fulfill({ body: 'Please log in' }));
    await page.getByRole('link', { name: 'Account' }).click();
    await page.locator('#trouble:not(:empty)').waitFor();
    expect(await violations(page)).toEqual([]);
  });
});

describe('a screen reader', () => {
  browserTest('gets landmarks, headings and table roles', async (open) => {
    const page = await open(await serveAllStates(), { viewport: { width: 390, height: 900 } });
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
