import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

/** The program names on Debian and on GitHub's runners. playwright-core does not include a browser. */
const PROGRAM_NAMES = ['chromium', 'google-chrome'];

/** Returns the path of Chromium, or undefined if it is not installed. */
export function findChromium(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return PROGRAM_NAMES.flatMap((program) => folders.map((folder) => join(folder, program))).find(existsSync);
}

/** Launches the installed Chromium, headless and without background network requests. */
export function launchChromium(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error('Chromium is not installed');
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
