import { setFlagsFromString } from 'node:v8';
import { logAccountWarnings } from '../accounts/credential-check.ts';
import { systemClock } from '../runtime/clock.ts';
import { WebServer } from '../server/server.ts';
import { type CommandContext, createCommandLogger, userAgent } from './context.ts';
import { createExporter } from './exporter.ts';

/** Serves until a signal arrives. Returns exit status 0, or 1 if the server cannot listen. */
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
  // Loaded only for a web configuration file, because it loads the YAML parser.
  const watchModule = web && (await import('../web-config/watch.ts'));
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
      onConnectionRejected: (reason) => log.debug({ reason }, 'connection rejected'),
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
    watchModule &&
    new watchModule.WebConfigWatch({
      loaded: web.loaded,
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
    EADDRINUSE: 'address already in use',
    EACCES: 'permission denied; ports below 1024 require CAP_NET_BIND_SERVICE',
    EADDRNOTAVAIL: 'this machine does not have the address',
    ENOTFOUND: 'the host name cannot be resolved',
  };
  return `cannot listen on ${host?.includes(':') ? `[${host}]` : (host ?? '')}:${port}: ${reasons[code] ?? 'system error'} (${code}); see --web.listen-address`;
}

/**
 * Makes V8 collect the whole heap when it has grown by 125% of the live objects.
 *
 * By default, V8 at first lets a heap this small grow to three times the size of the live objects. After some idle
 * seconds, it permanently limits the growth to less than a third, and then collects the whole heap every few long
 * scrapes. V8 reads the flag at each collection, so that a running process can set it. A V8 that does not know the flag
 * prints a warning to standard error and continues. Measurements: docs/performance.md.
 */
function limitHeapGrowth(): void {
  setFlagsFromString('--heap-growing-percent=125');
}
