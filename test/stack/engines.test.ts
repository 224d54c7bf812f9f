import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import type { User } from '../../simulator/state.ts';
import type { SimulatedToken } from '../../simulator/token.ts';
import { startEngines } from '../support/engines.ts';
import { simulate, temporaryFolder } from '../support/exporter.ts';
import { type ServingProcess, serve } from '../support/exporter-process.ts';
import { stackTest } from '../support/stack.ts';
import { type Firing, Story } from '../support/story.ts';

const DAY = 86_400_000;

/**
 * The most minutes by which an alert of vmalert may start or end later, and earlier, than that of Prometheus. Three are
 * promised. The fourth is rounding: both engines evaluate at any time within a minute.
 */
const LATER = 4;
const EARLIER = 1;

/** The most minutes until both engines show a change of the exporter: after its next scrape and evaluation. */
const SETTLED = LATER + 2;

/** The alerts on the exporter itself while it is stopped. */
const EXPORTER = ['ExporterDown critical', 'ScrapeFailing warning eu', 'ScrapeFailing warning us'];

stackTest(
  'Prometheus and vmalert raise the same alerts through expiries, outages, successors and a removed account',
  ['prometheus', 'victoria-metrics'],
  async () => {
    const exporter = await startExporter();
    const { eu, us, state } = exporter;
    const engines = await startEngines(exporter.url);
    const story = new Story(engines);
    /** Waits until exactly these token alerts fire on both engines. */
    const tokenAlerts = (limit: number, ...expected: readonly string[]) =>
      story.until(`exactly ${expected.join(', ') || 'no token alert'}`, limit, (firing) =>
        isDeepStrictEqual(firing.filter(isTokenAlert), [...expected].sort()),
      );
    const urgent = (alert: string) => [`TokenExpiringSoon critical ${alert}`, `TokenExpiringSoon warning ${alert}`];
    const expired = (alert: string) => `TokenExpired critical ${alert}`;

    story.note('everything is healthy');
    await story.pass(5);
    await tokenAlerts(1);

    story.note('caster of eu and yard of us expire in two days');
    const expiring = (seconds: number): Partial<SimulatedToken> => {
      return { createdAt: Date.now() - 363 * DAY, expiresAt: Date.now() + seconds * 1000 };
    };
    eu.add({ name: 'caster', ...expiring(2 * 86_400) });
    us.add({ name: 'yard', ...expiring(2 * 86_400) });
    const caster = urgent('eu caster');
    const yard = urgent('us yard');
    await tokenAlerts(SETTLED, ...caster, ...yard);
    story.note('rover and ferry expire within minutes');
    eu.add({ name: 'rover', ...expiring(30) });
    const ferry = eu.add({ name: 'ferry', ...expiring(30) });
    await tokenAlerts(SETTLED, ...caster, ...urgent('eu ferry'), ...urgent('eu rover'), ...yard);

    story.note('the exporter stops');
    await exporter.stop();
    await story.until('rover and ferry have expired', 60, () => Date.now() > (ferry.expiresAt ?? 0));
    story.note('rover and ferry have expired');
    await tokenAlerts(SETTLED, expired('eu ferry'), expired('eu rover'), ...caster, ...yard);
    eu.remove(ferry);
    await story.until('PointOneExporterDown fires', 20, (firing) => firing.includes('ExporterDown critical'));

    story.note('the exporter returns; ferry is not listed any more; buoy expires within minutes');
    await exporter.start();
    const buoy = eu.add({ name: 'buoy', ...expiring(30) });
    await story.until('PointOneExporterDown ends', SETTLED, (firing) => !firing.includes('ExporterDown critical'));
    await tokenAlerts(SETTLED, expired('eu ferry'), expired('eu rover'), ...caster, ...urgent('eu buoy'), ...yard);

    story.note('caster and rover get successors; the API does not list expired tokens any more');
    eu.add({ name: 'caster' });
    eu.add({ name: 'rover' });
    state.listExpired = false;
    await tokenAlerts(SETTLED, expired('eu ferry'), ...urgent('eu buoy'), ...yard);
    await story.until('buoy has expired', 60, () => Date.now() > (buoy.expiresAt ?? 0));
    story.note('buoy has expired');
    await tokenAlerts(SETTLED, expired('eu buoy'), expired('eu ferry'), ...yard);
    await story.pass(7);

    story.note('us is removed from the configuration');
    await exporter.removeUs();
    await tokenAlerts(SETTLED, expired('eu buoy'), expired('eu ferry'));
    await story.until('no alert on the exporter fires', 25, (firing) => firing.every(isTokenAlert));

    console.log(story.table());
    // The whole story: no other alert fired, and none ended and fired again.
    const alerts = [
      ...caster,
      ...yard,
      ...['eu buoy', 'eu ferry', 'eu rover'].flatMap((name) => [...urgent(name), expired(name)]),
    ];
    const [prometheus, vmalert] = [story.firings('Prometheus'), story.firings('vmalert')];
    for (const firings of [prometheus, vmalert]) {
      expect(Object.keys(firings).sort()).toEqual([...alerts, ...EXPORTER].sort());
      expect(Object.values(firings).filter((list) => list.length !== 1)).toEqual([]);
    }
    for (const [alert, [firing]] of Object.entries(prometheus)) expectDelay(alert, firing, vmalert[alert]?.[0]);
  },
  600_000,
);

const isTokenAlert = (alert: string): boolean => alert.startsWith('Token');

/** Expects that an alert of vmalert starts and ends at most `LATER` minutes after that of Prometheus. */
function expectDelay(alert: string, prometheus?: Firing, vmalert?: Firing): void {
  for (const end of ['from', 'to'] as const) {
    const [earlier, later] = [prometheus?.[end], vmalert?.[end]];
    if (earlier === undefined) expect(later, `${alert}, ${end}`).toBeUndefined();
    else {
      expect(later, `${alert}, ${end}`).toBeLessThanOrEqual(earlier + LATER);
      expect(later, `${alert}, ${end}`).toBeGreaterThanOrEqual(earlier - EARLIER);
    }
  }
}

/** Starts the built exporter with the accounts `eu` and `us`. It can stop, and start again at the same address. */
async function startExporter() {
  const { simulator } = await simulate();
  const { state } = simulator;
  const [eu, us] = [state.addUser('eu'), state.addUser('us')];
  const folder = await temporaryFolder();
  const file = join(folder, 'accounts.yml');
  const configure = async (...users: readonly User[]): Promise<void> => {
    const accounts = users.map(({ id }) => ({ name: id, token_file: id }));
    // JSON is valid YAML.
    await writeFile(file, JSON.stringify({ accounts }));
  };
  for (const { id, credential } of [eu, us]) await writeFile(join(folder, id), credential);
  await configure(eu, us);
  const serveAt = (address?: string): Promise<ServingProcess> =>
    serve(
      [`--config.file=${file}`, '--scrape.timeout-offset=100ms'],
      { POINTONE_API_ENDPOINT: simulator.url },
      address,
    );
  let running = await serveAt();
  const { url } = running;
  return {
    url,
    eu,
    us,
    state,
    async stop() {
      running.child.kill('SIGTERM');
      await running.ended;
    },
    async start() {
      running = await serveAt(new URL(url).host);
    },
    /** Removes `us` from the accounts file and reloads it. */
    async removeUs() {
      await configure(eu);
      running.child.kill('SIGHUP');
    },
  };
}
