/**
 * Ends the process on an uncaught error. Prints the stack without the message, because a library's message may quote a
 * header that contains the credential.
 *
 * @param failure returns the exit status
 */
export function exitOnUncaughtErrors(process: NodeJS.Process, failure: () => number): void {
  const exitWithError = (error: unknown): void => {
    process.stderr.write(`pointone-token-exporter: internal error, please report it\n${stackWithoutMessage(error)}\n`);
    process.exit(failure());
  };
  process.on('uncaughtException', exitWithError);
  process.on('unhandledRejection', exitWithError);
  // EPIPE means that the reader of the output has exited, as `head` does. That is not worth a message.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE')
      process.stderr.write(`pointone-token-exporter: cannot write to standard output (${error.code})\n`);
    process.exit(failure());
  });
}

function stackWithoutMessage(error: unknown): string {
  if (!(error instanceof Error)) return '(not an Error)';
  // A message may span several lines, some of which may look like stack frames.
  const stack = (error.stack ?? '').replace(error.message, '');
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line));
  return [[error.name, (error as NodeJS.ErrnoException).code].filter(Boolean).join(' '), ...frames].join('\n');
}
