import { expect, it } from 'vitest';
import { simulate } from '../support/exporter.ts';
import { run } from '../support/exporter-process.ts';

/** Dates that a program could read in its own time zone. */
const DATES = ['2030-03-31T02:30:00', '2030-03-31', '2030-10-27 02:30', '2030-03-31T02:30:00+02:00', 1_900_000_000];

/** Time zones with daylight saving, with an offset of 45 minutes, and on both sides of the date line. */
const ZONES = ['Europe/Berlin', 'Asia/Kathmandu', 'Pacific/Kiritimati', 'Pacific/Pago_Pago', ':/missing'];

/** Lines with the current time, or with durations. */
const CHANGES = /expires_in_seconds|duration_seconds|last_success|clock_skew|last_reload|checked_at|^POINTONE OK/;

it.each(['metrics', 'check --output=table', 'check --output=json'])(
  '%s prints the same dates in every time zone of the machine',
  async (command) => {
    const { simulator, user } = await simulate();
    DATES.forEach((date, index) => {
      user.add({ name: `token-${index}`, odd: { createdAt: '2026-01-01T00:00:00', expiresAt: date } });
    });
    const outputIn = async (zone: string): Promise<string[]> => {
      const environment = { POINTONE_API_ENDPOINT: simulator.url, POINTONE_API_TOKEN: user.credential, TZ: zone };
      const { stdout } = await run(command.split(' '), environment);
      // Durations until now differ from run to run.
      return stdout.split('\n').filter((line) => !CHANGES.test(line));
    };
    const expected = await outputIn('UTC');
    expect(expected.join('\n')).toContain('token-4');
    for (const zone of ZONES) expect(await outputIn(zone), zone).toEqual(expected);
  },
);
