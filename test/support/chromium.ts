import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

/** By the names of Debian's package, and of what the runners of GitHub have. playwright-core brings no browser. */
const PROGRAM_NAMES = ['chromium', 'google-chrome'];

/** Where Chromium is installed; undefined where it is not. */
export function findChromium(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return PROGRAM_NAMES.flatMap((program) => folders.map((folder) => join(folder, program))).find(existsSync);
}

/** The installed Chromium, without a window, and without anything it would do on the network by itself. */
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
