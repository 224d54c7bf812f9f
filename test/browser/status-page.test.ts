import type { Page, Route } from 'playwright-core';
import { describe, expect } from 'vitest';
import { addDemoUsers, addTokens } from '../../simulator/fixtures.ts';
import type { User } from '../../simulator/state.ts';
import { statusAt } from '../../simulator/token.ts';
import { browserTest } from '../support/browser.ts';
import { createExporter, createMultiAccountExporter, manualClock, simulate } from '../support/exporter.ts';

/** Serves the users of the demonstration and one with a rejected credential. The clock is controlled by the test. */
async function stories() {
  const { simulator } = await simulate();
  const { fleetEu, fleetUs } = addDemoUsers(simulator.state);
  const refused = simulator.state.addUser('survey-lab');
  simulator.setFault({ kind: 'errors', code: 'UNAUTHENTICATED', status: 401 }, { user: refused.id });
  const clock = manualClock();
  const exporter = await createMultiAccountExporter(simulator, [fleetEu, fleetUs, refused], { clock });
  return { simulator, fleetEu, fleetUs, clock, ...(await exporter.listen()) };
}

/** Returns the visible text of each row of a table, by column heading. */
async function tableOf(page: Page, id: string, firstColumn: string): Promise<Record<string, string>[]> {
  const rows = await page.locator(`#${id} tbody tr`).all();
  return Promise.all(
    rows.map(async (row) => {
      const [heading = ''] = await row.locator('th').allInnerTexts();
      const cells = row.locator('td');
      const labels = await cells.evaluateAll((all) => all.map((cell) => cell.getAttribute('data-label')));
      const texts = await cells.allInnerTexts();
      return { [firstColumn]: heading, ...Object.fromEntries(labels.map((label, index) => [label, texts[index]])) };
    }),
  );
}

/** Opens a page whose time only the test advances. */
async function withPausedClock(page: Page, url: string): Promise<Page> {
  await page.clock.install();
  await page.goto(url);
  await page.clock.pauseAt(Date.now() + 10_000);
  return page;
}

/** Waits for the next refresh and returns its request, which has no response yet. Later requests are not intercepted. */
function interceptRefresh(page: Page): Promise<Route> {
  return new Promise((resolve, reject) => {
    const due = async (): Promise<void> => {
      await page.route('**/*', resolve, { times: 1 });
      await page.clock.fastForward(60_000);
    };
    due().catch(reject);
  });
}

const tokenNames = (page: Page): Promise<string[]> => page.locator('#tokens-table tbody th > bdi').allInnerTexts();

describe('the content', () => {
  browserTest('is that of the API for every token', async (open) => {
    const { url, simulator, fleetEu, fleetUs } = await stories();
    const page = await open(url);
    const rows = await tableOf(page, 'tokens-table', 'Token');
    const now = simulator.state.clock.now();
    const expected = [fleetEu, fleetUs].flatMap(({ id, tokens }: User) =>
      tokens.map((token) => ({
        Account: id,
        Role: token.role,
        Status: token.odd?.['status'] ?? statusAt(token, now),
      })),
    );
    const facts = rows.map(({ Account, Role, Status = '' }) =>
      JSON.stringify({ Account, Role, Status: Status.replace('\nunknown to the exporter', '') }),
    );
    expect(facts.toSorted()).toEqual(expected.map((fact) => JSON.stringify(fact)).toSorted());
    expect(rows.map(({ Token = '', State }) => `${State}: ${Token.split('\n')[0]}`)).toEqual([
      'expired: dashboard',
      'critical: ci-nightly',
      'warning: rover-provisioning',
      'expiry unknown: survey-legacy',
      'status unknown: rover-17',
      'fine: Vermessung Zürich 測量 🛰️',
      'fine: exporter',
      'fine: the "blue" rover\\trailer',
      'fine: caster-ingest',
      'fine: caster-ingest',
      'fine: fleet-sync',
      'fine: exporter',
      'replaced: fleet-sync',
      'revoked: contractor-2025',
    ]);
    expect(rows[1]).toMatchObject({
      Token: 'ci-nightly\nintegration tests',
      Expires: expect.stringMatching(/^in (1d 23h|2d)/),
    });
    expect(rows[1]?.['Lifetime used']).toMatch(/^97 %/);
    const shownDates = await page.locator('#tokens-table time').evaluateAll((all) => all.map((time) => time.dateTime));
    const dates = [fleetEu, fleetUs].flatMap(({ tokens }) =>
      tokens.flatMap(({ createdAt, expiresAt }) => [createdAt, expiresAt]),
    );
    expect(shownDates.map((date) => Date.parse(date)).toSorted()).toEqual(
      dates.filter((date) => date !== null).toSorted(),
    );
  });

  browserTest('summarizes the state of tokens and accounts', async (open) => {
    const page = await open((await stories()).url);
    expect(await page.locator('.headline').textContent()).toBe('4 tokens and 1 account need attention');
    expect(await page.title()).toContain('4 tokens and 1 account need attention');
    expect(await page.locator('.next').textContent()).toMatch(
      /^Next to expire: ci-nightly of fleet-eu,\s+in (1d 23h|2d)/,
    );
    expect((await page.locator('.counts li').allInnerTexts()).map((text) => text.replace('\n', ' '))).toEqual([
      '1 expired',
      '1 critical',
      '1 warning',
      '1 expiry unknown',
      '1 status unknown',
      '7 fine',
      '1 replaced',
      '1 revoked',
    ]);
    const accounts = await tableOf(page, 'accounts', 'Account');
    expect(accounts).toMatchObject([
      { Account: 'survey-lab', State: expect.stringContaining('could not authenticate'), 'Last success': 'none yet' },
      { Account: 'fleet-eu', State: 'up', Tokens: '8', 'Last success': expect.stringContaining('just now') },
      {
        Account: 'fleet-us',
        State: 'up',
        Tokens: '6',
        'Credential expires': expect.stringMatching(/^in (39|40)d/),
      },
    ]);
  });

  browserTest('has times in the time zone of the reader', async (open) => {
    const page = await open((await stories()).url, { timezoneId: 'Asia/Tokyo' });
    const time = page.locator('#tokens-table time').first();
    const iso = (await time.getAttribute('datetime')) ?? '';
    const there = new Date(Date.parse(iso) + 9 * 3_600_000).toISOString();
    expect(await time.textContent()).toBe(`${there.slice(0, 10)} ${there.slice(11, 16)} GMT+9`);
  });

  browserTest('is limited to the most urgent of 5,000 tokens; the filter finds the others', async (open) => {
    const { simulator, user } = await simulate();
    addTokens(user, 5000);
    const { url } = await (await createExporter(simulator, user)).listen();
    const page = await open(url);
    expect(await page.locator('#shown').textContent()).toContain('Showing the first 500 of 5,000 tokens');
    expect(await page.locator('#tokens-table tbody tr').count()).toBe(500);
    await page.getByLabel('Filter').fill('004987');
    await page.locator('#shown', { hasText: '1 of 5,000 tokens' }).waitFor();
    expect(await tokenNames(page)).toEqual([expect.stringMatching(/-004987$/)]);
  });

  browserTest('fits a phone even with very long strings', async (open) => {
    const { simulator, user } = await simulate();
    user.add({
      name: 'x'.repeat(500),
      description: 'y'.repeat(500),
      odd: { role: 'Z'.repeat(300), status: 'W'.repeat(300) },
    });
    const { url } = await (await createExporter(simulator, user)).listen();
    for (const width of [320, 390, 700]) {
      const page = await open(url, { viewport: { width, height: 800 } });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      await page.context().close();
    }
  });

  browserTest('has a visible expiry column on a desktop even if other columns are long', async (open) => {
    const { simulator, user } = await simulate();
    user.add({ name: 'n'.repeat(60), odd: { role: 'ROLE_'.repeat(20), status: 'STATUS_'.repeat(20) } });
    const { url } = await (await createMultiAccountExporter(simulator, [user])).listen();
    const page = await open(url, { viewport: { width: 1280, height: 800 } });
    const expires = await page.locator('#tokens-table td[data-label=Expires]').boundingBox();
    expect((expires?.x ?? 0) + (expires?.width ?? Infinity)).toBeLessThanOrEqual(1280);
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    browserTest(`fits the printed page in the light theme, from a ${colorScheme} screen`, async (open) => {
      const { url } = await stories();
      // The width of A4 without Chromium's default margins.
      const width = 718;
      const page = await open(url, { colorScheme, viewport: { width, height: 1000 }, timezoneId: 'Asia/Kolkata' });
      await page.emulateMedia({ media: 'print' });
      for (const heading of await page.locator('thead th').all()) {
        const box = await heading.boundingBox();
        expect((box?.x ?? 0) + (box?.width ?? Infinity)).toBeLessThanOrEqual(width);
      }
      for (const region of await page.locator('.region').all()) {
        expect(await region.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0);
      }
      expect(await page.evaluate('getComputedStyle(document.body).color')).toBe('rgb(26, 31, 38)');
    });
  }
});

describe('without JavaScript', () => {
  browserTest('the page is complete, filters and sorts', async (open) => {
    const page = await open((await stories()).url, { javaScriptEnabled: false });
    expect(await tokenNames(page)).toHaveLength(14);
    expect(await page.locator('#tokens-table time').first().textContent()).toMatch(/ UTC$/);
    await page.getByLabel('Filter').fill('caster');
    await page.getByRole('button', { name: 'Filter' }).click();
    await page.locator('#shown', { hasText: '2 of 14 tokens' }).waitFor();
    await page.getByRole('link', { name: 'Account' }).click();
    await page.locator('#shown', { hasText: '2 of 14 tokens.' }).waitFor();
    expect(await tableOf(page, 'tokens-table', 'Token')).toMatchObject([
      { Account: 'fleet-eu' },
      { Account: 'fleet-us' },
    ]);
    await page.getByRole('link', { name: 'Account' }).click();
    await page.locator('[aria-sort=descending]').waitFor();
    expect(await tableOf(page, 'tokens-table', 'Token')).toMatchObject([
      { Account: 'fleet-us' },
      { Account: 'fleet-eu' },
    ]);
    expect(await page.getByRole('button', { name: 'Pause' }).count()).toBe(0);
  });
});

describe('with JavaScript', () => {
  browserTest('the page filters while the reader types, and announces the result', async (open) => {
    const page = await open((await stories()).url);
    await page.getByLabel('Filter').pressSequentially('cast');
    await page.locator('#shown', { hasText: '2 of 14 tokens' }).waitFor();
    expect(await tokenNames(page)).toEqual(['caster-ingest', 'caster-ingest']);
    expect(await page.locator('#announcement').textContent()).toContain('2 of 14 tokens');
    expect(await page.locator(':focus').getAttribute('id')).toBe('q');
    expect(page.url()).toContain('?q=cast');
    await page.getByLabel('Filter').fill('nothing of the kind');
    await page.locator('#shown', { hasText: '0 of 14 tokens match' }).waitFor();
    await page.getByLabel('Filter').fill('');
    await page.locator('#shown', { hasText: '14 tokens, most urgent first' }).waitFor();
    expect(new URL(page.url()).search).toBe('');
  });

  browserTest('the page works if its URL contains a password', async (open) => {
    const { url } = await stories();
    const page = await open(url.replace('http://', 'http://reader:secret@'));
    await page.getByLabel('Filter').fill('cast');
    await page.locator('#shown', { hasText: '2 of 14 tokens' }).waitFor();
    await page.getByRole('link', { name: 'Account' }).click();
    await page.locator('[aria-sort=ascending] #sort-account').waitFor();
    expect(await page.locator('#trouble').textContent()).toBe('');
    expect(page.url()).toContain('?q=cast&sort=account');
  });

  browserTest('the page can be used with the keyboard only', async (open) => {
    const page = await open((await stories()).url);
    const focused = async (): Promise<string> => {
      const focus = page.locator(':focus');
      return (await focus.getAttribute('id')) ?? (await focus.getAttribute('class')) ?? '';
    };
    const order: string[] = [];
    while (order.at(-1) !== 'sort-name' && order.length < 30) {
      await page.keyboard.press('Tab');
      order.push(await focused());
    }
    expect(order.filter((id) => !id.startsWith('count-'))).toEqual([
      'skip',
      'pause',
      'accounts-region',
      'runbook',
      'q',
      'tokens-region',
      'sort-urgency',
      'sort-name',
    ]);
    expect(order.filter((id) => id.startsWith('count-'))).toHaveLength(8);
    await page.keyboard.press('Enter');
    await page.locator('[aria-sort=ascending] #sort-name').waitFor();
    expect((await tokenNames(page))[0]).toBe('caster-ingest');
    expect(await focused()).toBe('sort-name');
    await page.keyboard.press('Enter');
    await page.locator('[aria-sort=descending] #sort-name').waitFor();
    expect((await tokenNames(page))[0]).toContain('Vermessung');
  });

  browserTest('a count filters the tokens and moves to them, and a second click shows all again', async (open) => {
    const page = await open((await stories()).url);
    await page.locator('#count-status-unknown').click();
    await page.locator('#shown', { hasText: '1 of 14 tokens' }).waitFor();
    expect(await tokenNames(page)).toEqual(['rover-17']);
    expect(await page.getByLabel('Filter').inputValue()).toBe('state:status-unknown');
    await page.locator('#tokens-heading:focus').waitFor();
    expect(page.url()).toContain('?q=state%3Astatus-unknown');
    await page.locator('#count-status-unknown[aria-current=true]').click();
    await page.locator('#shown', { hasText: /^14 tokens/ }).waitFor();
    expect(await page.getByLabel('Filter').inputValue()).toBe('');
  });

  browserTest('the colour of a token of unknown status is that of a warning, not green', async (open) => {
    const page = await open((await stories()).url);
    const colorOf = (selector: string): Promise<string> =>
      page.evaluate(`getComputedStyle(document.querySelector('${selector}')).backgroundColor`);
    const badge = await colorOf('#tokens-table tr.status-unknown .badge');
    expect(badge).toBe(await colorOf('#tokens-table tr.warning .badge'));
    expect(badge).not.toBe(await colorOf('#tokens-table tr.fine .badge'));
  });

  browserTest('a refresh keeps filter, order, focus and open details', async (open) => {
    const { url, fleetEu, clock } = await stories();
    const page = await open('about:blank');
    await page.clock.install();
    await page.goto(`${url}/?sort=name`);
    await page.getByLabel('Filter').fill('fleet-eu');
    await page.locator('#shown', { hasText: '8 of 14 tokens' }).waitFor();
    await page.locator('#legend summary').click();
    await page.getByLabel('Filter').focus();
    fleetEu.add({ name: 'a-new-one' });
    clock.advance(15_000);
    await page.clock.fastForward(61_000);
    await page.locator('#shown', { hasText: '9 of 15 tokens' }).waitFor();
    expect((await tokenNames(page))[0]).toBe('a-new-one');
    expect(await page.getByLabel('Filter').inputValue()).toBe('fleet-eu');
    expect(await page.locator(':focus').getAttribute('id')).toBe('q');
    expect(await page.locator('#legend dl').isVisible()).toBe(true);
    expect(await page.locator('[aria-sort=ascending]').textContent()).toContain('Token');
  });

  browserTest('the page sends no request while it is paused, and one immediately afterwards', async (open) => {
    const { url, arrived } = await stories();
    const page = await open('about:blank');
    await page.clock.install();
    await page.goto(url);
    const pause = page.getByRole('button', { name: 'Pause updates' });
    await pause.click();
    const before = arrived();
    await page.clock.fastForward(10 * 60_000);
    expect(arrived()).toBe(before);
    const response = page.waitForResponse(url);
    await pause.click();
    await response;
    expect(arrived()).toBe(before + 1);
  });

  browserTest('the page warns while updates fail, and removes the warning afterwards', async (open) => {
    const page = await open('about:blank');
    await page.clock.install();
    await page.goto((await stories()).url);
    await page.route('**/*', (route) => route.fulfill({ body: 'Please log in' }));
    await page.clock.fastForward(61_000);
    await page.getByText('the last update failed (the response is not the status page)').waitFor();
    expect(await tokenNames(page)).toHaveLength(14);
    await page.unroute('**/*');
    await page.clock.fastForward(61_000);
    await page.locator('#trouble:empty').waitFor({ state: 'attached' });
  });

  browserTest('the page applies a filter that was typed during a refresh', async (open) => {
    const page = await withPausedClock(await open('about:blank'), (await stories()).url);
    const held = await interceptRefresh(page);
    const ended = new Promise((resolve) => {
      page.once('requestfinished', resolve);
      page.once('requestfailed', resolve);
    });
    await page.getByLabel('Filter').fill('cast');
    await held.continue();
    await ended;
    await page.clock.runFor(200);
    await page.locator('#shown', { hasText: '2 of 14 tokens' }).waitFor();
    expect(await tokenNames(page)).toEqual(['caster-ingest', 'caster-ingest']);
    expect(page.url()).toContain('?q=cast');
  });

  browserTest('the page does not change after it was paused during a refresh', async (open) => {
    const page = await withPausedClock(await open('about:blank'), (await stories()).url);
    const asOf = await page.locator('#as-of').textContent();
    const held = await interceptRefresh(page);
    const cancelled = page.waitForEvent('requestfailed');
    await page.getByRole('button', { name: 'Pause updates' }).click();
    await cancelled;
    await held.continue().catch(() => undefined);
    expect(await page.locator('#as-of').textContent()).toBe(asOf);
  });

  browserTest('the page warns after a request timeout, and retries', async (open) => {
    const page = await withPausedClock(await open('about:blank'), (await stories()).url);
    await interceptRefresh(page);
    await page.clock.runFor(29_999);
    expect(await page.locator('#trouble').textContent()).toBe('');
    await page.clock.runFor(1);
    await page.getByText('the last update failed (no response). The page retries automatically.').waitFor();
    await page.clock.fastForward(60_000);
    await page.locator('#trouble:empty').waitFor({ state: 'attached' });
  });

  browserTest('the page announces only once that it is out of date', async (open) => {
    const page = await open((await stories()).url);
    await page.evaluate(`
      window.changes = 0;
      const count = (records) => { window.changes += records.length; };
      new MutationObserver(count).observe(document.getElementById('trouble'), { childList: true, subtree: true });
    `);
    await page.route('**/*', (route) => route.fulfill({ body: 'Please log in' }));
    const heading = page.getByRole('link', { name: 'Account' });
    await heading.click();
    await page.getByText('the last update failed (the response is not the status page)').waitFor();
    const [response] = await Promise.all([page.waitForResponse(() => true), heading.click()]);
    await response.finished();
    await page.unroute('**/*');
    await heading.click();
    await page.locator('#trouble:empty').waitFor({ state: 'attached' });
    // Shown and removed.
    expect(await page.evaluate('window.changes')).toBe(2);
  });

  browserTest('the warning does not announce a retry while the page is paused', async (open) => {
    const page = await open((await stories()).url);
    await page.route('**/*', (route) => route.fulfill({ body: 'Please log in' }));
    const pause = page.getByRole('button', { name: 'Pause updates' });
    const trouble = page.locator('#trouble:not(:empty)');
    await pause.click();
    await page.getByLabel('Filter').fill('cast');
    expect(await trouble.textContent()).toMatch(/the last update failed \(the response is not the status page\)\.$/);
    await pause.click();
    await trouble.filter({ hasText: 'The page retries automatically.' }).waitFor();
    await pause.click();
    expect(await trouble.textContent()).toMatch(/the last update failed \(the response is not the status page\)\.$/);
  });
});
