import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Simulator, startSimulator } from '../../simulator/server.ts';
import { createClock, SimulatorState, type User } from '../../simulator/state.ts';
import type { SimulatedToken } from '../../simulator/token.ts';
import {
  createExporter,
  type Exporter,
  manualClock,
  type Scrape,
  scrape,
  temporaryFolder,
} from '../support/exporter.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const YEAR = 365 * DAY;

/** The deadline metrics of one name and role. Absent ones are undefined. Instants are milliseconds. */
interface GroupMetrics {
  readonly warning?: number;
  readonly critical?: number;
  readonly expired?: number;
  readonly lastExpiry?: number;
  readonly doubtful?: number;
  readonly unlisted?: number;
}

/** Returns the deadline metrics by name, or by name and role if the role is not the usual one. */
function groupsOf({ samples }: Scrape): Record<string, GroupMetrics> {
  const groups: Record<string, GroupMetrics> = {};
  const fields: Readonly<Record<string, [field: string, factor: number]>> = {
    pointone_token_last_expiry_timestamp_seconds: ['lastExpiry', 1000],
    pointone_token_cover_doubtful: ['doubtful', 1],
    pointone_token_unlisted: ['unlisted', 1],
  };
  for (const { name, labels, value } of samples) {
    const level = name === 'pointone_token_deadline_timestamp_seconds' ? labels['level'] : undefined;
    const [field, factor] = level === undefined ? (fields[name] ?? []) : [level, 1000];
    if (field === undefined || factor === undefined) continue;
    const group = labels['role'] === 'ROLE_READ_WRITE' ? `${labels['name']}` : `${labels['name']} ${labels['role']}`;
    groups[group] = { ...groups[group], [field]: value * factor };
  }
  return groups;
}

interface Monitored {
  readonly simulator: Simulator;
  readonly user: User;
  readonly exporter: Exporter;
  readonly clock: ReturnType<typeof manualClock>;
  /** Advances the clocks of the exporter and the API, then scrapes. */
  readonly after: (ms: number) => Promise<Record<string, GroupMetrics>>;
}

/** Starts an API and an exporter that share a clock. */
async function monitored(): Promise<Monitored> {
  const clock = manualClock();
  const simulator = await startSimulator({ state: new SimulatorState(createClock(clock.now)) });
  onTestFinished(() => simulator.close());
  const user = simulator.state.addUser('user-1', { listed: false });
  const exporter = await createExporter(simulator, user, { clock });
  const after = async (ms: number) => {
    clock.advance(ms);
    return groupsOf(await scrape(exporter));
  };
  return { simulator, user, exporter, clock, after };
}

/** Adds a token with a lifetime of a year and this time left. */
function addToken({ user, clock }: Monitored, left: number, more: Partial<SimulatedToken> = {}) {
  const expiresAt = clock.now() + left;
  const token = user.add({ name: 'caster', createdAt: expiresAt - YEAR, expiresAt, ...more });
  return { token, expiresAt };
}

/** The deadlines of a listed token with a lifetime of a year. */
function deadlinesAt(expiresAt: number): GroupMetrics {
  const [warning, critical] = [expiresAt - 14 * DAY, expiresAt - 3 * DAY];
  return { warning, critical, expired: expiresAt, lastExpiry: expiresAt, doubtful: 0, unlisted: 0 };
}

describe('the deadlines of a name and role', () => {
  it('are those of the successor from its first list on', async () => {
    const setup = await monitored();
    const old = addToken(setup, 10 * DAY);
    expect(await setup.after(0)).toEqual({ caster: deadlinesAt(old.expiresAt) });
    const successor = addToken(setup, YEAR);
    expect(await setup.after(MINUTE)).toEqual({ caster: deadlinesAt(successor.expiresAt) });
    setup.user.remove(old.token);
    expect(await setup.after(MINUTE)).toEqual({ caster: deadlinesAt(successor.expiresAt) });
  });

  it('are those of the remaining token after a revocation, and absent after that of the last', async () => {
    const setup = await monitored();
    const [first, second] = [addToken(setup, 100 * DAY), addToken(setup, 50 * DAY)];
    setup.user.revoke(first.token);
    expect(await setup.after(MINUTE)).toEqual({ caster: deadlinesAt(second.expiresAt) });
    setup.user.revoke(second.token);
    expect(await setup.after(MINUTE)).toEqual({ caster: { doubtful: 0, unlisted: 0 } });
  });

  it('are separate for each role and name', async () => {
    const setup = await monitored();
    const write = addToken(setup, DAY);
    const read = addToken(setup, 100 * DAY, { role: 'ROLE_READ_ONLY' });
    const rover = addToken(setup, 200 * DAY, { name: 'rover' });
    expect(await setup.after(0)).toEqual({
      caster: deadlinesAt(write.expiresAt),
      'caster ROLE_READ_ONLY': deadlinesAt(read.expiresAt),
      rover: deadlinesAt(rover.expiresAt),
    });
  });

  it('ignore the tokens of the same creation time that are not exported', async () => {
    const setup = await monitored();
    const createdAt = setup.clock.now() - YEAR;
    addToken(setup, 300 * DAY, { createdAt, status: 'REVOKED' });
    const { expiresAt } = addToken(setup, 100 * DAY, { createdAt });
    addToken(setup, 200 * DAY, { createdAt, odd: { status: 'EXPIRED' } });
    expect((await setup.after(0))['caster']).toMatchObject({ expired: expiresAt, lastExpiry: expiresAt });
  });

  it('have no expiry while a token of unknown expiry is usable', async () => {
    const setup = await monitored();
    const { expiresAt } = addToken(setup, DAY);
    const open = addToken(setup, 0, { expiresAt: null, createdAt: setup.clock.now() });
    const { expired: _, ...others } = deadlinesAt(expiresAt);
    expect(await setup.after(0)).toEqual({ caster: others });
    setup.user.revoke(open.token);
    expect(await setup.after(MINUTE)).toEqual({ caster: deadlinesAt(expiresAt) });
  });

  it('are doubtful while only a token of unknown status prevents the urgency', async () => {
    const setup = await monitored();
    const urgent = addToken(setup, DAY);
    const paused = addToken(setup, 300 * DAY, { odd: { status: 'PAUSED' } });
    expect(await setup.after(0)).toEqual({ caster: { ...deadlinesAt(paused.expiresAt), doubtful: 1 } });
    delete paused.token.odd;
    expect(await setup.after(0)).toEqual({ caster: deadlinesAt(paused.expiresAt) });
    paused.token.odd = { status: 'PAUSED' };
    setup.user.revoke(urgent.token);
    expect(await setup.after(0)).toEqual({ caster: deadlinesAt(paused.expiresAt) });
  });

  it('are absent for an account without tokens', async () => {
    const setup = await monitored();
    expect(await setup.after(0)).toEqual({});
  });
});

describe('a token that expires', () => {
  it('has only its expiry while the API lists it as EXPIRED', async () => {
    const setup = await monitored();
    const { expiresAt } = addToken(setup, MINUTE);
    await setup.after(0);
    const expired = { caster: { expired: expiresAt, doubtful: 0, unlisted: 0 } };
    expect(await setup.after(MINUTE)).toEqual(expired);
    expect(await setup.after(20 * DAY)).toEqual(expired);
  });

  it('keeps its deadlines for 28 days if the API stops listing it', async () => {
    const setup = await monitored();
    setup.simulator.state.listExpired = false;
    const { expiresAt } = addToken(setup, MINUTE);
    await setup.after(0);
    const unlisted = { caster: { ...deadlinesAt(expiresAt), unlisted: 1 } };
    expect(await setup.after(MINUTE)).toEqual(unlisted);
    for (const wait of [7 * DAY, 7 * DAY, 7 * DAY, 7 * DAY - 1]) expect(await setup.after(wait)).toEqual(unlisted);
    expect(await setup.after(1)).toEqual({});
  });

  it('is covered by a successor if the API stops listing it', async () => {
    const setup = await monitored();
    setup.simulator.state.listExpired = false;
    addToken(setup, MINUTE);
    await setup.after(0);
    await setup.after(MINUTE);
    const successor = addToken(setup, YEAR);
    expect(await setup.after(MINUTE)).toEqual({ caster: deadlinesAt(successor.expiresAt) });
  });

  it('keeps its deadlines if it expires and leaves the list while the API is down', async () => {
    const setup = await monitored();
    setup.simulator.state.listExpired = false;
    const { expiresAt } = addToken(setup, DAY);
    await setup.after(0);
    setup.simulator.setFault({ kind: 'status', status: 503 });
    expect(await setup.after(2 * DAY)).toEqual({ caster: deadlinesAt(expiresAt) });
    setup.simulator.clearFaults();
    expect(await setup.after(DAY)).toEqual({ caster: { ...deadlinesAt(expiresAt), unlisted: 1 } });
  });

  it('before its date expired when the exporter first saw the status', async () => {
    const setup = await monitored();
    const { token } = addToken(setup, 100 * DAY);
    await setup.after(0);
    token.odd = { status: 'EXPIRED' };
    const seenAt = setup.clock.now() + MINUTE;
    const expired = { caster: { expired: seenAt, doubtful: 0, unlisted: 0 } };
    expect(await setup.after(MINUTE)).toEqual(expired);
    expect(await setup.after(5 * DAY)).toEqual(expired);
    // The exporter does not store it.
    const restarted = await createExporter(setup.simulator, setup.user, { clock: setup.clock });
    expect(groupsOf(await scrape(restarted))['caster']?.expired).toBe(setup.clock.now());
  });
});

describe('a token that is deleted', () => {
  it.each([
    ['long before its expiry', 100 * DAY, 0],
    ['eleven minutes before its expiry', 12 * MINUTE, 0],
    ['days after its expiry', MINUTE, 2 * DAY],
  ])('%s has no deadlines from the next list on', async (_when, left, wait) => {
    const setup = await monitored();
    const { token } = addToken(setup, left);
    await setup.after(0);
    expect(Object.keys(await setup.after(wait))).toEqual(['caster']);
    setup.user.remove(token);
    expect(await setup.after(MINUTE)).toEqual({});
  });
});

describe('the deadlines of an account that cannot be read', () => {
  it('stay for seven days, without the metrics of the tokens', async () => {
    const setup = await monitored();
    const { expiresAt } = addToken(setup, 5 * DAY);
    await setup.after(0);
    setup.simulator.setFault({ kind: 'status', status: 503 });
    const deadlines = { caster: deadlinesAt(expiresAt) };
    expect(await setup.after(MINUTE)).toEqual(deadlines);
    const down = await scrape(setup.exporter);
    expect(down.value('pointone_up')).toBe(0);
    expect(down.types.has('pointone_token_expiry_known')).toBe(false);
    expect(await setup.after(7 * DAY - MINUTE)).toEqual(deadlines);
    expect(await setup.after(1)).toEqual({});
    setup.simulator.clearFaults();
    expect((await setup.after(0))['caster']?.expired).toBe(expiresAt);
  });

  it('become doubtful when a covered token becomes urgent', async () => {
    const setup = await monitored();
    addToken(setup, 15 * DAY);
    addToken(setup, 300 * DAY, { odd: { status: 'PAUSED' } });
    expect((await setup.after(0))['caster']?.doubtful).toBe(0);
    setup.simulator.setFault({ kind: 'reset' });
    expect((await setup.after(2 * DAY))['caster']?.doubtful).toBe(1);
  });

  it('are absent if the exporter never read it, such as after a restart', async () => {
    const setup = await monitored();
    addToken(setup, 5 * DAY);
    await setup.after(0);
    setup.simulator.setFault({ kind: 'reset' });
    const restarted = await createExporter(setup.simulator, setup.user, { clock: setup.clock });
    expect(groupsOf(await scrape(restarted))).toEqual({});
  });

  it('stay after a reload, unless its endpoint or credential changes', async () => {
    const setup = await monitored();
    const { expiresAt } = addToken(setup, 5 * DAY);
    const folder = await temporaryFolder();
    const configure = (more: object): Promise<void> =>
      writeFile(
        join(folder, 'accounts.yml'),
        JSON.stringify({ accounts: [{ name: 'eu', token_file: 'token', ...more }] }),
      );
    await writeFile(join(folder, 'token'), setup.user.credential);
    await writeFile(join(folder, 'other'), setup.user.credential);
    await configure({});
    const environment = { POINTONE_CONFIG_FILE: join(folder, 'accounts.yml'), POINTONE_API_TOKEN: '' };
    const exporter = await createExporter(setup.simulator, setup.user, { environment, clock: setup.clock });
    await scrape(exporter);
    setup.simulator.setFault({ kind: 'reset' });

    await configure({ timeout: '5s', expected_tokens: [{ name: 'caster' }] });
    await exporter.reload();
    expect(groupsOf(await scrape(exporter))).toEqual({ caster: deadlinesAt(expiresAt) });
    await configure({ token_file: 'other' });
    await exporter.reload();
    expect(groupsOf(await scrape(exporter))).toEqual({});
  });
});
