import type { Logger } from 'pino';
import { systemClock } from '../clock.ts';
import type { Configuration } from '../config/load.ts';
import { createExporter } from '../exporter.ts';
import { createLog } from '../log.ts';
import { WebServer } from '../web/server.ts';
import { credentialProblem } from './check-configuration.ts';
import { type Context, userAgent } from './context.ts';

/** Serves until a signal; exits 0 then, and 1 when the address cannot be had. */
export async function serve({ configuration, build, process, shutdown }: Context): Promise<number> {
  const { settings, accounts } = configuration;
  const log = await createLog({ level: settings.logLevel, format: settings.logFormat, color: process.stderr.isTTY });
  let ready = true;
  const { app, close } = createExporter({
    configuration,
    build,
    userAgent: userAgent(build),
    clock: systemClock,
    log,
    ready: () => ready,
  });

  const { host, port } = settings.webListenAddress;
  let server: WebServer;
  try {
    server = await WebServer.listen(app, host, port);
  } catch (error) {
    process.stderr.write(`pointone-token-exporter: ${cannotListen(error, host, port)}\n`);
    return 1;
  }
  const signal = new Promise<NodeJS.Signals>((resolve) => shutdown.onSignal(resolve));
  log.info(
    {
      address: server.address,
      telemetry_path: settings.webTelemetryPath,
      version: build.version,
      accounts: accounts.length,
    },
    'listening',
  );
  void warn(log, configuration);

  log.info({ signal: await signal }, 'shutting down');
  ready = false;
  await server.close();
  await close();
  return 0;
}

/** What is legal, but most likely not meant. */
async function warn(log: Logger, { accounts }: Configuration): Promise<void> {
  if (accounts.length === 0) log.warn('there are no accounts: nothing is watched');
  for (const { name, credential } of accounts) {
    const problem = await credentialProblem(credential);
    if (problem !== undefined)
      log.warn({ account: name, detail: problem }, 'the credential cannot be used as things stand');
  }
}

function cannotListen(error: unknown, host: string | undefined, port: number): string {
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: 'another program listens there',
    EACCES: 'this user may not; ports below 1024 need a privilege',
    EADDRNOTAVAIL: 'this machine has no such address',
    ENOTFOUND: 'the host name does not resolve',
  };
  return `cannot listen on ${host?.includes(':') ? `[${host}]` : (host ?? '')}:${port}: ${reasons[code] ?? 'the system refused'} (${code}); see --web.listen-address`;
}
