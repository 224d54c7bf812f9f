import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../simulator/faults.ts';
import type { Simulator } from '../simulator/server.ts';
import { type Accounts, FAULTY } from './accounts.ts';
import type { RunningExporter } from './exporter.ts';

/** The faults, with the reason under which the exporter must count them. */
const FAULTS: readonly [fault: Fault, reason: string][] = [
  [{ kind: 'reset' }, 'network'],
  [{ kind: 'half-body' }, 'network'],
  [{ kind: 'malformed-http' }, 'network'],
  [{ kind: 'wrong-length', declared: 1_000_000_000 }, 'invalid_response'],
  [{ kind: 'hang' }, 'timeout'],
  [{ kind: 'stall-body' }, 'timeout'],
  [{ kind: 'trickle', bytesPerSecond: 1 }, 'timeout'],
  [{ kind: 'oversized', bytes: 200_000_000 }, 'invalid_response'],
  [{ kind: 'encoded', encoding: 'gzip', body: 'gzip-bomb' }, 'invalid_response'],
  [{ kind: 'body', body: '<html>not JSON</html>' }, 'invalid_response'],
  [{ kind: 'null-list' }, 'invalid_response'],
  [{ kind: 'status', status: 429 }, 'rate_limited'],
  [{ kind: 'errors', withData: true }, 'graphql'],
  [{ kind: 'echo-credential' }, 'http'],
];

/** The reason under which the exporter must count each kind of fault. */
export const EXPECTED_REASON: ReadonlyMap<Fault['kind'], string> = new Map(
  FAULTS.map(([{ kind }, reason]) => [kind, reason]),
);

const STEP_MS = 1_500;

/** Cycles all faulty accounts through the faults, each at a different one, with a pause without faults in between. */
export async function injectFaults(simulator: Simulator, signal: AbortSignal): Promise<void> {
  for (let step = 0; !signal.aborted; step += 1) {
    FAULTY.forEach((user, index) => {
      const [fault] = FAULTS[(step + index * 4) % FAULTS.length] as [Fault, string];
      // Sometimes flap: the fault affects one request, and the next one succeeds.
      simulator.setFault(fault, step % 3 === 0 ? { user, times: 1 } : { user });
    });
    await pause(STEP_MS, signal);
    simulator.clearFaults();
    await pause(STEP_MS / 3, signal);
  }
  simulator.clearFaults();
}

/** Rotates the credential repeatedly. Before each fourth rotation, the token file is empty for a while. */
export async function rotateCredentials(accounts: Accounts, signal: AbortSignal): Promise<void> {
  for (let turn = 1; !signal.aborted; turn += 1) {
    await pause(700, signal);
    if (turn % 4 === 0) {
      await accounts.emptyRotatingFile();
      await pause(2_500, signal);
    }
    await accounts.rotate();
  }
}

export async function reloadAccounts(
  accounts: Accounts,
  exporter: RunningExporter,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await pause(5_000, signal);
    await accounts.toggleTemporary();
    exporter.reload();
  }
}

/** Resolves after `ms`, or when the signal aborts. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
