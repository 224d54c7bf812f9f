import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../simulator/faults.ts';
import type { Simulator } from '../simulator/server.ts';
import { type Accounts, FAULTY } from './accounts.ts';
import type { RunningExporter } from './exporter.ts';

/** Every kind of failure, by the reason that has to be counted. */
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

/** The reason that each kind of fault has to be counted under. */
export const EXPECTED_REASON: ReadonlyMap<Fault['kind'], string> = new Map(
  FAULTS.map(([{ kind }, reason]) => [kind, reason]),
);

const STEP_MS = 1_500;

/** Goes through all faults for every faulty account, each at another one, with a breath of health between. */
export async function injectFaults(simulator: Simulator, signal: AbortSignal): Promise<void> {
  for (let step = 0; !signal.aborted; step += 1) {
    FAULTY.forEach((user, index) => {
      const [fault] = FAULTS[(step + index * 4) % FAULTS.length] as [Fault, string];
      // Flapping at times: the fault meets one call, and the next is healthy.
      simulator.setFault(fault, step % 3 === 0 ? { user, times: 1 } : { user });
    });
    await pause(STEP_MS, signal);
    simulator.clearFaults();
    await pause(STEP_MS / 3, signal);
  }
  simulator.clearFaults();
}

/** Rotates the credential again and again, by way of an empty file each fourth time. */
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

/** Resolves at the signal, too. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
