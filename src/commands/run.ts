import { parseCommandLine } from '../config/command-line.ts';
import { helpText } from '../config/help.ts';
import { formatProblem, formatProblems, type Problem } from '../config/problem.ts';
import { EXIT_STATUS } from '../health/token-health.ts';
import { readBuildInfo } from '../runtime/build-info.ts';
import { loadAccounts, loadConfiguration } from './configuration.ts';
import type { ReloadSignal, ShutdownSignals } from './signals.ts';

import { exitOnUncaughtErrors } from './uncaught-errors.ts';

/** Does what the command line says and returns the exit status. */
export async function run(
  process: NodeJS.Process,
  shutdown: ShutdownSignals,
  reloadSignal: ReloadSignal,
): Promise<number> {
  let failure = 1;
  exitOnUncaughtErrors(process, () => failure);
  // Of the two, Node obeys FORCE_COLOR and would warn of it on standard error; here, NO_COLOR comes first.
  if (process.env['NO_COLOR']) delete process.env['FORCE_COLOR'];
  const commandLine = parseCommandLine(process.argv.slice(2));
  // To whoever asked for a check, 1 would be a warning, and 0 would mean that all is well.
  if (commandLine.command === 'check') {
    failure = EXIT_STATUS.unknown;
    shutdown.failOnSignal(failure);
    reloadSignal.failOnSignal(failure);
  }
  const build = readBuildInfo(process.version);
  if (commandLine.help) {
    process.stdout.write(helpText());
    return 0;
  }
  if (commandLine.version) {
    const { version, revision, nodeVersion } = build;
    process.stdout.write(`pointone-token-exporter, version ${version} (revision: ${revision}, node: ${nodeVersion})\n`);
    return 0;
  }

  const loaded = await loadConfiguration(commandLine.values, process.env);
  const problems = [...commandLine.problems, ...('problems' in loaded ? loaded.problems : [])];
  if ('problems' in loaded || problems.length > 0) {
    process.stderr.write(`${formatProblems(problems)}\n`);
    if (commandLine.command === 'check') await printPluginError(problems, commandLine.values.get('output'), process);
    return failure;
  }
  const { configuration } = loaded;
  // Each command is loaded only when it is wanted: a mistyped flag is told without the web server.
  const reloads = commandLine.command === 'serve' && !configuration.settings.configCheck;
  if (!reloads && commandLine.command !== 'check') reloadSignal.restoreDefault();
  if (configuration.settings.configCheck) {
    const { validateConfig: checkConfiguration } = await import('./validate-config.ts');
    return checkConfiguration(configuration, process.stdout);
  }
  const context = {
    configuration,
    loadAccounts: () => loadAccounts(commandLine.values, process.env),
    build,
    process,
    shutdown,
    reloadSignal,
  };
  if (commandLine.command === 'metrics') {
    const { printMetrics } = await import('./metrics.ts');
    return printMetrics(context);
  }
  if (commandLine.command === 'check') {
    const { check } = await import('./check.ts');
    return check(context);
  }
  const { serve } = await import('./serve.ts');
  return serve(context);
}

/** A monitoring system reads standard output alone. Whoever wants JSON gets that or nothing. */
async function printPluginError(
  problems: readonly Problem[],
  output: string | undefined,
  process: NodeJS.Process,
): Promise<void> {
  if (output === 'json') return;
  const { formatConfigError: unusableSettings } = await import('../check/summary.ts');
  process.stdout.write(unusableSettings(problems.map(formatProblem)));
}
