import { jsonOutput } from '../check/json-output.ts';
import { judge } from '../check/result.ts';
import { textOutput } from '../check/text-output.ts';
import { EXIT_STATUS } from '../health/token-health.ts';
import { THRESHOLDS } from '../model/urgency.ts';
import { systemClock } from '../runtime/clock.ts';
import { colored, plain, wantsColor } from '../runtime/terminal.ts';

import { type Context, createAccounts, logOf, userAgent } from './context.ts';

/** Of a terminal that does not know its own width. */
const FALLBACK_COLUMNS = 80;

/** Fetches once, prints every token, the most urgent first, and exits as monitoring plugins do. */
export async function check({ configuration, build, process }: Context): Promise<number> {
  const { settings } = configuration;
  const log = await logOf({ configuration, process });
  // A failure is part of what is printed. Some monitoring systems read both streams, and want the summary first.
  const { fleet, close } = createAccounts(configuration, {
    userAgent: userAgent(build),
    clock: systemClock,
    createListener:
      () =>
      ({ account, outcome }) =>
        log.debug({ account, ...(outcome.ok ? { tokens: outcome.tokens.length } : outcome.failure) }, 'fetched'),
  });
  const reports = await fleet().collect(Number.POSITIVE_INFINITY);
  close();

  const verdict = judge(reports, systemClock.now(), {
    warning: { ...THRESHOLDS.warning, leftMs: settings.warning },
    critical: { ...THRESHOLDS.critical, leftMs: settings.critical },
  });
  const { isTTY, columns } = process.stdout;
  const screen = {
    columns: isTTY ? columns || FALLBACK_COLUMNS : undefined,
    paint: wantsColor(isTTY, process.env) ? colored : plain,
  };
  process.stdout.write(settings.output === 'json' ? jsonOutput(verdict) : textOutput(verdict, screen));
  return EXIT_STATUS[verdict.severity];
}
