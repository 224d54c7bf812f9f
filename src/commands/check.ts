import { formatJson } from '../check/json-output.ts';
import { evaluateReports } from '../check/result.ts';
import { formatText } from '../check/text-output.ts';
import { EXIT_STATUS } from '../health/token-health.ts';
import { DEFAULT_THRESHOLDS } from '../model/urgency.ts';
import { systemClock } from '../runtime/clock.ts';
import { ansiColors, noColors, supportsColor } from '../runtime/terminal.ts';
import { type CommandContext, createCommandLogger, createRegistry, userAgent } from './context.ts';

/** The width of a terminal that does not report one. */
const FALLBACK_COLUMNS = 80;

/** Fetches once and prints the tokens, most urgent first. Returns the exit status of a monitoring plugin. */
export async function check({ configuration, build, process }: CommandContext): Promise<number> {
  const { settings } = configuration;
  const log = await createCommandLogger({ configuration, process });
  // The output contains the failures. They are not logged above debug level, because some monitoring systems read both
  // streams and expect the summary in the first line.
  const { collectors, close } = createRegistry(configuration, {
    userAgent: userAgent(build),
    clock: systemClock,
    createListener:
      () =>
      ({ account, outcome }) =>
        log.debug({ account, ...(outcome.ok ? { tokens: outcome.tokens.length } : outcome.failure) }, 'fetched'),
  });
  const reports = await collectors().collect(Number.POSITIVE_INFINITY);
  close();

  const result = evaluateReports(reports, systemClock.now(), {
    warning: { ...DEFAULT_THRESHOLDS.warning, leftMs: settings.warning },
    critical: { ...DEFAULT_THRESHOLDS.critical, leftMs: settings.critical },
  });
  const { isTTY, columns } = process.stdout;
  const textOptions = {
    onlyProblems: settings.onlyProblems,
    columns: isTTY ? columns || FALLBACK_COLUMNS : undefined,
    paint: supportsColor(isTTY, process.env) ? ansiColors : noColors,
  };
  process.stdout.write(settings.output === 'json' ? formatJson(result) : formatText(result, textOptions));
  return EXIT_STATUS[result.severity];
}
