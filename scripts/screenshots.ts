/**
 * `npm run screenshots`: takes the screenshots of the status page for the documentation. The built exporter runs
 * against the simulated API with the users of the demo. The API rejects the credential of one of them.
 */
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { startExporter } from '../demo/exporter.ts';
import { addRejectedUser } from '../demo/scenario.ts';
import { addDemoUsers } from '../simulator/fixtures.ts';
import { startSimulator } from '../simulator/server.ts';
import { SimulatorState } from '../simulator/state.ts';
import { launchChromium } from '../test/support/chromium.ts';

const PICTURES = [
  { name: 'status-page-light', colorScheme: 'light', width: 1280, height: 980 },
  { name: 'status-page-dark', colorScheme: 'dark', width: 1280, height: 980 },
  { name: 'status-page-phone', colorScheme: 'light', width: 390, height: 1000 },
] as const;

const folder = fileURLToPath(new URL('../docs/images/', import.meta.url));

const state = new SimulatorState();
addDemoUsers(state);
addRejectedUser(state);
const simulator = await startSimulator({ state });
const exporter = await startExporter(simulator.url, state.users.values());
const browser = await launchChromium();
try {
  await mkdir(folder, { recursive: true });
  for (const { name, colorScheme, width, height } of PICTURES) {
    const page = await browser.newPage({ colorScheme, viewport: { width, height }, timezoneId: 'Europe/Berlin' });
    await page.goto(exporter.url);
    await page.screenshot({ path: `${folder}${name}.png` });
    await page.close();
    console.log(`docs/images/${name}.png`);
  }
} finally {
  await browser.close();
  await exporter.stop();
  await simulator.close();
}
