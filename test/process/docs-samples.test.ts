import { readFileSync } from 'node:fs';
import { expect, it, onTestFinished } from 'vitest';
import { addDemoUsers } from '../../simulator/fixtures.ts';
import { startSimulator } from '../../simulator/server.ts';
import { SimulatorState } from '../../simulator/state.ts';
import { start } from '../support/exporter-process.ts';
import { readMarkdown } from '../support/markdown.ts';
import { REPOSITORY } from '../support/repository.ts';

const { blocks } = readMarkdown(readFileSync(new URL('README.md', REPOSITORY), 'utf8'));

/** Masks dates, which depend on the current day. The remaining durations do not. */
const maskDates = (text: string): string => text.replaceAll(/\d{4}-\d\d-\d\d/g, 'DATE').trim();

it('the README shows the output of `check` for the first user of `npm run simulate`', async () => {
  const state = new SimulatorState();
  const { fleetEu } = addDemoUsers(state);
  const simulator = await startSimulator({ state });
  onTestFinished(() => simulator.close());
  const environment = { POINTONE_API_ENDPOINT: simulator.url, POINTONE_API_TOKEN: fleetEu.credential };
  const { stdout } = await start(['check'], environment).ended;
  const [sample, ...others] = blocks.filter(({ code }) => code.startsWith('POINTONE '));
  expect(others).toEqual([]);
  // The README shows the output on a terminal, which has no performance data.
  expect(maskDates(sample?.code ?? '')).toBe(maskDates(stdout.replace(/ \| '.*$/m, '')));
});
