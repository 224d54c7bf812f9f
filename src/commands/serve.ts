import { setFlagsFromString } from 'node:v8';
import { logAccountWarnings } from '../accounts/credential-check.ts';
import { systemClock } from '../runtime/clock.ts';
import { WebServer } from '../server/server.ts';
import { type CommandContext, createCommandLogger, userAgent } from './context.ts';
import { createExporter } from './exporter.ts';

/** Serves until a signal; exits 0 then, and 1 when the address cannot be had. */
export async function serve({
  configuration,
  loadAccounts,
  build,
  process,
  shutdown,
  reloadSignal,
}: CommandContext): Promise<number> {
  limitHeapGrowth();
  const { settings, accounts, web } = configuration;
  // It brings the YAML reader along, which nothing else needs where no file is given.
  const watching = web && (await import('../web-config/watch.ts'));
  const log = await createCommandLogger({ configuration, process });
  let ready = true;
  const { app, exporterMetrics, reload, close } = createExporter({
    configuration,
    loadAccounts,
    build,
    userAgent: userAgent(build),
    clock: systemClock,
    log,
    ready: () => ready,
  });

  const { host, port } = settings.webListenAddress;
  let server: WebServer;
  try {
    server = await WebServer.listen(app, host, port, {
      config: web?.config,
      onConnectionRejected: (reason) => log.debug({ reason }, 'connection turned away'),
    });
  } catch (error) {
    process.stderr.write(`pointone-token-exporter: ${listenErrorMessage(error, host, port)}\n`);
    return 1;
  }
  const signal = new Promise<NodeJS.Signals>((resolve) => shutdown.onSignal(resolve));
  log.info(
    {
      address: server.address,
      telemetry_path: settings.webTelemetryPath,
      version: build.version,
      accounts: accounts.length,
      tls: web?.config.tls !== undefined,
      basic_auth: (web?.config.users.size ?? 0) > 0,
    },
    'listening',
  );
  void logAccountWarnings(accounts, log);
  const watch =
    web &&
    watching &&
    new watching.WebConfigWatch({
      reading: web.reading,
      apply: (config) => server.updateConfig(config),
      onOutcome: (ok) => exporterMetrics.recordReload('web', ok, systemClock.now()),
      log,
    });
  reloadSignal.onReload(() => {
    void reload();
    void watch?.checkNow();
  });

  log.info({ signal: await signal }, 'shutting down');
  ready = false;
  watch?.close();
  await server.close();
  close();
  return 0;
}

function listenErrorMessage(error: unknown, host: string | undefined, port: number): string {
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: 'another program listens there',
    EACCES: 'this user may not; ports below 1024 need a privilege',
    EADDRNOTAVAIL: 'this machine has no such address',
    ENOTFOUND: 'the host name does not resolve',
  };
  return `cannot listen on ${host?.includes(':') ? `[${host}]` : (host ?? '')}:${port}: ${reasons[code] ?? 'the system refused'} (${code}); see --web.listen-address`;
}

/**
 * Has V8 collect the whole heap whenever it has grown to so much more than what is alive, in percent.
 *
 * By itself V8 lets a heap as small as ours grow to three times that much at first, which is memory for garbage, and after
 * some seconds without work by less than a third, for good: then it collects all of it with every few long scrapes. It
 * looks at this at each collection, so that a running process may set it, however it was started. A V8 that does not know
 * the flag says so on stderr and goes on. Figures: docs/performance.md.
 */
function limitHeapGrowth(): void {
  setFlagsFromString('--heap-growing-percent=125');
}
