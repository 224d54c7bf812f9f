import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DIALECTS, type Dialect, findDialect } from './dialects.ts';
import { addDemoUsers, addTokens } from './fixtures.ts';
import { type Simulator, startSimulator } from './server.ts';
import { SimulatorState } from './state.ts';

const USAGE = `npm run simulate -- [--port 0] [--host 127.0.0.1] [--users N] [--tokens N] [--credentials DIRECTORY]
                        [--dialect NAME]

  --port         port to listen on (default 0, any free port)
  --host         address to listen on (default 127.0.0.1); anyone who can reach it can read all credentials
  --credentials  directory to write each user's credential to; each file has the name of its user
  --users        number of users, named user-1, user-2, ... (default 1 if --tokens is set)
  --tokens       number of tokens per user, in addition to the exporter's own (default 10 if --users is set)
  --dialect      how the API differs from its documentation, see docs/simulator.md (default documented):
                 ${DIALECTS.slice(0, 5).join(', ')},
                 ${DIALECTS.slice(5).join(', ')}

Without --users and --tokens, there are two users with a token in each state.`;

interface Options {
  readonly port: number;
  readonly host: string;
  readonly users: number | undefined;
  readonly tokens: number | undefined;
  readonly credentials: string | undefined;
  readonly dialect: Dialect;
}

/** Parses the command line. Throws an Error that names the flag and the accepted values. */
function parseArguments(args: string[]): Options | undefined {
  const option = { type: 'string' } as const;
  const { values } = parseArgs({
    args,
    options: {
      port: option,
      host: option,
      users: option,
      tokens: option,
      credentials: option,
      dialect: option,
      help: { type: 'boolean' },
    },
  });
  if (values.help) return undefined;
  return {
    port: parseCount('port', values.port, 0, 65_535) ?? 0,
    host: values.host ?? '127.0.0.1',
    users: parseCount('users', values.users, 1, 1000),
    tokens: parseCount('tokens', values.tokens, 0, 1_000_000),
    credentials: values.credentials,
    dialect: parseDialect(values.dialect),
  };
}

function parseDialect(name = 'documented'): Dialect {
  const dialect = findDialect(name);
  if (dialect !== undefined) return dialect;
  throw new Error(`--dialect must be one of ${DIALECTS.join(', ')}, not '${name}'`);
}

function parseCount(name: string, text: string | undefined, from: number, to: number): number | undefined {
  if (text === undefined) return undefined;
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (number >= from && number <= to) return number;
  throw new Error(`--${name} must be an integer from ${from} to ${to}, not '${text}'`);
}

function createState({ users, tokens }: Options): SimulatorState {
  const state = new SimulatorState();
  if (users === undefined && tokens === undefined) {
    addDemoUsers(state);
    return state;
  }
  for (let number = 1; number <= (users ?? 1); number += 1) {
    addTokens(state.addUser(`user-${number}`), tokens ?? 10);
  }
  return state;
}

function describeSimulator({ url, controlUrl, state }: Simulator): string {
  const users = Array.from(state.users.values(), ({ id, credential, tokens }) => {
    const command = `POINTONE_API_ENDPOINT=${url} POINTONE_API_TOKEN=${credential} npm start`;
    return `\n${id} (${tokens.length} tokens)\n  credential: ${credential}\n  exporter:   ${command}\n`;
  });
  return `endpoint: ${url}\ncontrol:  ${controlUrl}state\ndialect:  ${state.dialect}\n${users.join('')}`;
}

/** Writes the credential of each user to a file, for an exporter that reads token files. */
async function writeCredentials(folder: string, state: SimulatorState): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const { id, credential } of state.users.values()) {
    // World-readable: the exporter may run as another user, and these credentials are valid only in the simulator.
    await writeFile(join(folder, id), credential, { mode: 0o644 });
  }
}

async function main(): Promise<void> {
  const options = parseArguments(process.argv.slice(2));
  if (options === undefined) {
    console.log(USAGE);
    return;
  }
  const { port, host, dialect } = options;
  const state = createState(options);
  const simulator = await startSimulator({ port, host, state, dialect, cacheResponses: true });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void simulator.close());
  if (options.credentials !== undefined) await writeCredentials(options.credentials, simulator.state);
  console.log(describeSimulator(simulator));
}

main().catch((error: unknown) => {
  console.error(`simulator: ${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  process.exitCode = 1;
});
