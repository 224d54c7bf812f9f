import { readFileSync } from 'node:fs';
import { expect, it, onTestFinished } from 'vitest';
import { addDemoUsers } from '../../simulator/fixtures.ts';
import { startSimulator } from '../../simulator/server.ts';
import { SimulatorState } from '../../simulator/state.ts';
import { start } from '../support/exporter-process.ts';
import { readMarkdown } from '../support/markdown.ts';
import { REPOSITORY } from '../support/repository.ts';

const { blocks } = readMarkdown(readFileSync(new URL('README.md', REPOSITORY), 'utf8'));

/** Dates depend on the day; how long is left does not. */
const undated = (text: string): string => text.replaceAll(/\d{4}-\d\d-\d\d/g, 'DATE').trim();

it('the README shows what `check` says of the first user of `npm run simulate`', async () => {
  const state = new SimulatorState();
  const { fleetEu } = addDemoUsers(state);
  const simulator = await startSimulator({ state });
  onTestFinished(() => simulator.close());
  const environment = { POINTONE_API_ENDPOINT: simulator.url, POINTONE_API_TOKEN: fleetEu.credential };
  const { stdout } = await start(['check'], environment).ended;
  const [shown, ...more] = blocks.filter(({ code }) => code.startsWith('POINTONE '));
  expect(more).toEqual([]);
  // A person at a terminal gets no performance data.
  expect(undated(shown?.code ?? '')).toBe(undated(stdout.replace(/ \| '.*$/m, '')));
});
