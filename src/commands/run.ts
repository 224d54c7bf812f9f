import { type CommandLine, parseCommandLine } from '../config/command-line.ts';
import { helpText } from '../config/help.ts';
import { formatProblem, formatProblems, type Problem } from '../config/problem.ts';
import type { Command } from '../config/settings.ts';
import { EXIT_STATUS } from '../health/token-health.ts';
import { readBuildInfo } from '../runtime/build-info.ts';
import { loadAccounts, loadConfiguration } from './configuration.ts';
import type { CommandContext } from './context.ts';
import type { ReloadSignal, ShutdownSignals } from './signals.ts';
import { exitOnUncaughtErrors } from './uncaught-errors.ts';

/** Runs the command given on the command line and returns the exit status. */
export async function run(
  process: NodeJS.Process,
  shutdown: ShutdownSignals,
  reloadSignal: ReloadSignal,
): Promise<number> {
  let failureStatus = 1;
  exitOnUncaughtErrors(process, () => failureStatus);
  // NO_COLOR takes precedence. If both are set, Node would prefer FORCE_COLOR and print a warning.
  if (process.env['NO_COLOR']) delete process.env['FORCE_COLOR'];
  const commandLine = parseCommandLine(process.argv.slice(2));
  // `check` uses the exit statuses of monitoring plugins: a failure must be 3, because 1 means a warning.
  if (commandLine.command === 'check') {
    failureStatus = EXIT_STATUS.unknown;
    shutdown.failOnSignal(failureStatus);
    reloadSignal.failOnSignal(failureStatus);
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

  const loaded = await loadConfiguration(commandLine.values, process.env, commandLine.mayNameCredential);
  const problems = [...commandLine.problems, ...('problems' in loaded ? loaded.problems : [])];
  if ('problems' in loaded || problems.length > 0) {
    await reportProblems(problems, commandLine, process);
    return failureStatus;
  }
  const { configuration } = loaded;
  const supportsReload = commandLine.command === 'serve' && !configuration.settings.configCheck;
  if (!supportsReload && commandLine.command !== 'check') reloadSignal.restoreDefault();
  if (configuration.settings.configCheck) {
    const { validateConfig } = await import('./validate-config.ts');
    const credentialProblems = await validateConfig(configuration, process.stdout);
    if (credentialProblems.length === 0) return 0;
    await reportProblems(credentialProblems, commandLine, process);
    return failureStatus;
  }
  const context = {
    configuration,
    loadAccounts: () => loadAccounts(commandLine.values, process.env),
    build,
    process,
    shutdown,
    reloadSignal,
  };
  return runCommand(commandLine.command, context);
}

/** Each command imports only its own modules, so that `check` and `metrics` do not load the web server. */
async function runCommand(command: Command, context: CommandContext): Promise<number> {
  switch (command) {
    case 'metrics':
      return (await import('./metrics.ts')).printMetrics(context);
    case 'check':
      return (await import('./check.ts')).check(context);
    case 'diagnose':
      return (await import('./diagnose.ts')).diagnose(context);
    case 'serve':
      return (await import('./serve.ts')).serve(context);
  }
}

async function reportProblems(
  problems: readonly Problem[],
  { command, values }: CommandLine,
  process: NodeJS.Process,
): Promise<void> {
  process.stderr.write(`${formatProblems(problems)}\n`);
  if (command === 'check') await printPluginError(problems, values.get('output'), process);
}

/**
 * Prints the problems to standard output as well, which monitoring systems read. With JSON output, and on a terminal,
 * which shows standard error too, prints nothing.
 */
async function printPluginError(
  problems: readonly Problem[],
  output: string | undefined,
  process: NodeJS.Process,
): Promise<void> {
  if (output === 'json' || (process.stdout.isTTY && process.stderr.isTTY)) return;
  const { formatConfigError } = await import('../check/summary.ts');
  process.stdout.write(formatConfigError(problems.map(formatProblem)));
}
