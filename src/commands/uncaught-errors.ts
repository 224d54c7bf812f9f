/**
 * Ends the process on an error nobody caught, with where it happened but without its message: a library's message may
 * quote a header, and with it the credential.
 *
 * @param failure the exit status then
 */
export function exitOnUncaughtErrors(process: NodeJS.Process, failure: () => number): void {
  const exitWithError = (error: unknown): void => {
    process.stderr.write(`pointone-token-exporter: internal error, please report it\n${stackWithoutMessage(error)}\n`);
    process.exit(failure());
  };
  process.on('uncaughtException', exitWithError);
  process.on('unhandledRejection', exitWithError);
  // Whoever read our output may have left, as `head` does; there is nobody to tell then.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE')
      process.stderr.write(`pointone-token-exporter: cannot write the output (${error.code})\n`);
    process.exit(failure());
  });
}

function stackWithoutMessage(error: unknown): string {
  if (!(error instanceof Error)) return '(not an Error)';
  // A message may have several lines, and some may look like frames.
  const stack = (error.stack ?? '').replace(error.message, '');
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line));
  return [[error.name, (error as NodeJS.ErrnoException).code].filter(Boolean).join(' '), ...frames].join('\n');
}
