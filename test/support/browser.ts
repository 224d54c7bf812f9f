import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, expect, it, onTestFinished } from 'vitest';
import { findChromium, launchChromium } from './chromium.ts';

/** Opens an address in a context of its own. */
export type Open = (url: string, options?: BrowserContextOptions) => Promise<Page>;

let browser: Promise<Browser> | undefined;
afterAll(async () => (await browser)?.close());

/**
 * A test in a real browser, which all tests of a file share: skipped, with the reason, without one; failed when it is
 * required. A page that reports anything on its console, a violation of its policy first of all, or has an error or a
 * dialog, fails its test.
 */
export function browserTest(name: string, run: (open: Open) => Promise<void>): void {
  it(name, async ({ skip }) => {
    if (findChromium() === undefined && process.env['TEST_REQUIRE_ALL'] !== '1') skip('Chromium is not installed');
    browser ??= launchChromium();
    const launched = await browser;
    const complaints: string[] = [];
    await run(async (url, options = {}) => {
      const context = await launched.newContext(options);
      onTestFinished(() => context.close());
      const page = await context.newPage();
      page.on('console', (message) => complaints.push(`console: ${message.text()}`));
      page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
      page.on('dialog', (dialog) => {
        complaints.push(`dialog: ${dialog.message()}`);
        void dialog.dismiss();
      });
      await page.goto(url);
      return page;
    });
    expect(complaints).toEqual([]);
  });
}
