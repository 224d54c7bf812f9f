import { expect, it } from 'vitest';
import { simulate } from '../support/exporter.ts';
import { run } from '../support/exporter-process.ts';

const DAY = 86_400_000;

/** Lines whose values depend on the instant of the run, and not on the tokens. */
const DEPENDS_ON_NOW = /^pointone_(token_expires_in|scrape_duration|last_success_timestamp|clock_skew)_seconds/;

// The offsets of these zones are -11:00, +05:45 and +14:00. New York changes to daylight saving time between the dates.
it('the time zone of the machine changes neither the metrics nor the report of check', async () => {
  const { simulator, user } = await simulate();
  const now = Date.now();
  const winter = Date.UTC(new Date(now).getUTCFullYear() + 1, 0, 15, 0, 30);
  user.add({ name: 'winter', createdAt: now - 300 * DAY, expiresAt: winter });
  user.add({ name: 'summer', createdAt: now - DAY, expiresAt: Date.UTC(new Date(winter).getUTCFullYear(), 6, 1) });
  // A date without a time zone is read as UTC, and an ambiguous one is unknown.
  user.add({ name: 'local', odd: { expiresAt: '2031-03-09T02:30:00' } });
  user.add({ name: 'ambiguous', odd: { expiresAt: '03/04/2031' } });
  const results = [];
  for (const TZ of ['UTC', 'Pacific/Pago_Pago', 'Asia/Kathmandu', 'America/New_York', 'Pacific/Kiritimati']) {
    const environment = { POINTONE_API_ENDPOINT: simulator.url, POINTONE_API_TOKEN: user.credential, TZ };
    const metrics = await run(['metrics'], environment);
    const check = await run(['check', '--output=json'], environment);
    results.push({
      zone: TZ,
      metrics: metrics.stdout.split('\n').filter((line) => !DEPENDS_ON_NOW.test(line)),
      expiries: JSON.parse(check.stdout).tokens.map(({ name, expires_at }: Record<string, unknown>) => [
        name,
        expires_at,
      ]),
    });
  }
  const [utc, ...others] = results;
  expect(utc?.expiries).toEqual(
    expect.arrayContaining([
      ['winter', new Date(winter).toISOString().replace('.000', '')],
      ['local', '2031-03-09T02:30:00Z'],
      ['ambiguous', null],
    ]),
  );
  expect(utc?.metrics.join('\n')).toContain('pointone_token_expiry_timestamp_seconds{account="default",name="local"');
  for (const { zone, ...result } of others) {
    expect(result, zone).toEqual({ metrics: utc?.metrics, expiries: utc?.expiries });
  }
});
