import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, expect, it, onTestFinished } from 'vitest';
import { findChromium, launchChromium } from './chromium.ts';

/** Opens a URL in a new browser context. */
export type Open = (url: string, options?: BrowserContextOptions) => Promise<Page>;

let browser: Promise<Browser> | undefined;
afterAll(async () => (await browser)?.close());

/**
 * Defines a test in a real browser, which all tests of a file share. Without Chromium, the test is skipped, or fails if
 * TEST_REQUIRE_ALL is 1. The test also fails if a page writes to its console (for example a CSP violation), throws an
 * error or opens a dialog.
 */
export function browserTest(name: string, run: (open: Open) => Promise<void>): void {
  it(name, async ({ skip }) => {
    if (findChromium() === undefined && process.env['TEST_REQUIRE_ALL'] !== '1') skip('Chromium is not installed');
    browser ??= launchChromium();
    const launched = await browser;
    const problems: string[] = [];
    await run(async (url, options = {}) => {
      const context = await launched.newContext(options);
      onTestFinished(() => context.close());
      const page = await context.newPage();
      page.on('console', (message) => problems.push(`console: ${message.text()}`));
      page.on('pageerror', (error) => problems.push(`error: ${error.message}`));
      page.on('dialog', (dialog) => {
        problems.push(`dialog: ${dialog.message()}`);
        void dialog.dismiss();
      });
      await page.goto(url);
      return page;
    });
    expect(problems).toEqual([]);
  });
}
