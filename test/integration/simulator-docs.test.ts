import { readFileSync } from 'node:fs';
import { expect, it, onTestFinished } from 'vitest';
import { DIALECTS } from '../../simulator/dialects.ts';
import { addDemoUsers } from '../../simulator/fixtures.ts';
import { startSimulator } from '../../simulator/server.ts';
import { SimulatorState } from '../../simulator/state.ts';
import { readMarkdown } from '../support/markdown.ts';
import { REPOSITORY } from '../support/repository.ts';

const PAGE = readFileSync(new URL('docs/simulator.md', REPOSITORY), 'utf8');

async function startControl() {
  const state = new SimulatorState();
  addDemoUsers(state);
  const simulator = await startSimulator({ state });
  onTestFinished(() => simulator.close());
  return async (method: string, path: string, body?: string) => {
    const response = await fetch(new URL(path, simulator.controlUrl), { method, body: body ?? null });
    return { status: response.status, json: (await response.json()) as { error: string } };
  };
}

/** The first cells of the rows of a section's last table. */
function documented(heading: string): string[] {
  const section = PAGE.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  return [...section.matchAll(/^\| `([^`]+)` \|/gm)].map(([, cell = '']) => cell).filter((cell) => cell !== 'kind');
}

it('docs/simulator.md lists every dialect', () => {
  expect(documented('Dialects')).toEqual(DIALECTS);
});

it('docs/simulator.md lists every kind of fault', async () => {
  const control = await startControl();
  const { json } = await control('PUT', 'fault', '{"fault": {}}');
  const kinds = json.error.replace(/^.*: /, '').split(', ');
  expect(kinds.length).toBeGreaterThan(10);
  expect(documented('Faults').sort()).toEqual(kinds.sort());
});

it('docs/simulator.md lists every route of the control API', async () => {
  const control = await startControl();
  const { status, json } = await control('GET', 'unknown');
  expect(status).toBe(404);
  expect(documented('Control API').sort()).toEqual(json.error.match(/[A-Z]+ \/_control\/[^,]+/g)?.sort());
});

it('the simulator accepts the examples of docs/simulator.md', async () => {
  const control = await startControl();
  const examples = readMarkdown(PAGE).blocks.map(({ code }) => code);
  expect(examples).toHaveLength(2);
  const [token, fault] = examples;
  expect(await control('POST', 'users/fleet-eu/tokens', token)).toMatchObject({ status: 201 });
  expect(await control('PUT', 'fault', fault)).toMatchObject({ status: 200 });
});
