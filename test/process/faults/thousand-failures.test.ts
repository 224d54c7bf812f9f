import { writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import type { Fault } from '../../../simulator/faults.ts';
import type { FailureReason } from '../../../src/model/report.ts';
import { readScrape } from '../../support/exporter.ts';
import { expectAtMost, GC_ON_SIGNAL, resources } from '../../support/resources.ts';
import { expectUp, FAULTY, failures, HEALTHY, serveTwoAccounts } from '../../support/two-accounts.ts';

/** Ten failures that end immediately; undefined is an empty token file. */
const ROUND: readonly [reason: FailureReason, fault: Fault | undefined][] = [
  ['network', { kind: 'reset' }],
  ['http', { kind: 'status', status: 502, body: '<html></html>' }],
  ['credential', undefined],
  ['network', { kind: 'half-body' }],
  ['unauthenticated', { kind: 'errors', code: 'UNAUTHENTICATED', status: 401 }],
  ['invalid_response', { kind: 'body', body: 'not JSON' }],
  ['network', { kind: 'malformed-http' }],
  ['rate_limited', { kind: 'status', status: 429 }],
  ['graphql', { kind: 'errors', withData: true }],
  ['invalid_response', { kind: 'oversized', bytes: 20_000 }],
];

it('a thousand sequential failures are counted, leak no memory or files, and end with the next success', async () => {
  const exporter = await serveTwoAccounts({
    args: ['--api.max-response-size=16KiB'],
    environment: { NODE_OPTIONS: `--import=${GC_ON_SIGNAL}` },
  });
  const { simulator, url, tokenFile, faulty, scrape } = exporter;
  const expected: Partial<Record<FailureReason, number>> = {};
  const failHundredTimes = async (): Promise<void> => {
    for (let index = 0; index < 100; index += 1) {
      const [reason, fault] = ROUND[index % ROUND.length] ?? ['network', undefined];
      expected[reason] = (expected[reason] ?? 0) + 1;
      if (fault !== undefined) simulator.setFault(fault, { user: FAULTY });
      await writeFile(tokenFile, fault === undefined ? '' : faulty.credential);
      const metrics = readScrape(await (await fetch(`${url}/probe?account=${FAULTY}`)).text());
      expect(metrics.value('pointone_up')).toBe(0);
    }
  };

  // Warm up: memory that is allocated once and compiled code are not leaks.
  await failHundredTimes();
  simulator.clearFaults();
  expectUp(await scrape(), FAULTY);
  const initial = await resources(exporter);

  for (let hundreds = 1; hundreds < 10; hundreds += 1) await failHundredTimes();
  const total = Object.values(expected).reduce((sum, count) => sum + count, 0);
  expect(total).toBe(1_000);

  simulator.clearFaults();
  const recovered = await scrape();
  expectUp(recovered, FAULTY);
  expectUp(recovered, HEALTHY);
  expect(failures(recovered)).toEqual(expected);
  expect(failures(recovered, HEALTHY)).toEqual({});
  await expectAtMost(
    // One leaked socket per failure would be a thousand files and five megabytes of heap. The limit of resident memory is
    // high, because V8 does not return pages to the system soon.
    { heap: initial.heap + 2.5e6, resident: initial.resident + 100e6, openFiles: initial.openFiles + 5 },
    exporter,
  );
});
