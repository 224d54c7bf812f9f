import { parseArgs } from 'node:util';

const USAGE = `npm run soak -- [--minutes=3]

Runs the built exporter against a simulated API that fails in every way, under three scrapers, reloads, rotated
credentials and ill-mannered clients, and prints each minute what held. Ends by itself, or by Ctrl-C, with status 0 when
everything held and 1 when something did not.

  --minutes   how long, from 1 to 60 (3)
`;

/** Minutes to run; undefined when help was asked for, which is printed. Throws an Error that says what is accepted. */
export function parseArguments(args: string[]): number | undefined {
  const { values } = parseArgs({ args, options: { minutes: { type: 'string' }, help: { type: 'boolean' } } });
  if (values.help) {
    process.stdout.write(USAGE);
    return undefined;
  }
  const minutes = Number(values.minutes ?? '3');
  if (!Number.isInteger(minutes) || minutes < 1 || minutes > 60) {
    throw new Error(`--minutes must be a whole number from 1 to 60, not '${values.minutes}'`);
  }
  return minutes;
}
