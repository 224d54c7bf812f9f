import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writeExposition } from '../../../src/metrics/exposition.ts';
import { OPEN_METRICS, TEXT } from '../../../src/metrics/family.ts';
import { reportGroups } from '../../../src/metrics/report-groups.ts';
import { FAILURE_REASONS, failedOutcome, type Report } from '../../../src/model/report.ts';
import { type Exposition, parseExposition } from '../../support/exposition.ts';
import { reportLists } from '../support/arbitraries.ts';
import { NO_ERRORS, report, reportOf, token } from '../support/builders.ts';

const AT = Date.UTC(2026, 6, 25, 12);
const TOKEN_LABELS = {
  account: 'default',
  name: 'caster',
  role: 'ROLE_READ_WRITE',
  created_at: '2026-03-01T09:00:00Z',
};

function scrape(reports: readonly Report[], format = TEXT): Exposition {
  return parseExposition([...writeExposition(reportGroups(reports), AT, format)].join(''));
}

/** Returns the samples of one metric, each with its labels and its value. */
function samples({ samples: all }: Exposition, metric: string) {
  return all.filter(({ name }) => name === metric).map(({ labels, value }) => ({ ...labels, value }));
}

const EVERYTHING = reportOf([token({ description: 'for the caster' })], {
  expected: [{ name: 'caster', role: undefined }],
  lastSuccessAt: AT - 1500,
  clockSkewMs: -2_500,
  credentialExpiresAt: AT + 86_400_000,
});

const FAMILIES: Readonly<Record<string, [type: string, labels: readonly string[], unit?: string]>> = {
  pointone_token_expires_in_seconds: ['gauge', Object.keys(TOKEN_LABELS), 'seconds'],
  pointone_token_expiry_timestamp_seconds: ['gauge', Object.keys(TOKEN_LABELS), 'seconds'],
  pointone_token_expiry_known: ['gauge', Object.keys(TOKEN_LABELS)],
  pointone_token_created_timestamp_seconds: ['gauge', Object.keys(TOKEN_LABELS), 'seconds'],
  pointone_token_status: ['gauge', [...Object.keys(TOKEN_LABELS), 'status']],
  pointone_token_info: ['gauge', [...Object.keys(TOKEN_LABELS), 'description', 'status']],
  pointone_tokens: ['gauge', ['account']],
  pointone_duplicate_tokens: ['gauge', ['account']],
  pointone_unreadable_fields: ['gauge', ['account', 'field']],
  pointone_expected_token_present: ['gauge', ['account', 'name', 'role']],
  pointone_up: ['gauge', ['account']],
  pointone_scrape_duration_seconds: ['gauge', ['account'], 'seconds'],
  pointone_scrape_errors_total: ['counter', ['account', 'reason']],
  pointone_failure_reason: ['gauge', ['account', 'reason']],
  pointone_last_success_timestamp_seconds: ['gauge', ['account'], 'seconds'],
  pointone_clock_skew_seconds: ['gauge', ['account'], 'seconds'],
  pointone_credential_expiry_timestamp_seconds: ['gauge', ['account'], 'seconds'],
};

describe('a scrape', () => {
  it('has exactly the documented families', () => {
    const { types, help } = scrape([EVERYTHING]);
    expect([...types.keys()].sort()).toEqual(Object.keys(FAMILIES).sort());
    expect([...help.keys()].sort()).toEqual(Object.keys(FAMILIES).sort());
  });

  it.each(Object.entries(FAMILIES))('has %s with its type, unit and labels', (name, [type, labels, unit]) => {
    const text = scrape([EVERYTHING]);
    const family = name.replace(/_total$/, '');
    const openMetrics = scrape([EVERYTHING], OPEN_METRICS);
    expect(text.types.get(name)).toBe(type);
    expect(openMetrics.types.get(family)).toBe(type);
    expect(openMetrics.units.get(family)).toBe(unit);
    for (const { samples: all } of [text, openMetrics]) {
      const ofFamily = all.filter((sample) => sample.name === name);
      expect(ofFamily.length).toBeGreaterThan(0);
      for (const sample of ofFamily) expect(Object.keys(sample.labels).sort()).toEqual([...labels].sort());
    }
  });

  it('without accounts has no samples', () => {
    expect(scrape([]).samples).toEqual([]);
  });

  it('has the same samples in both formats', () => {
    fc.assert(
      fc.property(reportLists, (reports) => {
        expect(scrape(reports, OPEN_METRICS).samples).toEqual(scrape(reports).samples);
      }),
    );
  });

  it('has no duplicate series and no split families for any reports', () => {
    const usedReasons = fc.constantFrom(...FAILURE_REASONS);
    fc.assert(
      fc.property(reportLists, usedReasons, (reports, reason) => {
        // The parser rejects both.
        const { samples: all } = scrape([
          ...reports,
          report({ account: '!', outcome: failedOutcome(reason, 'failed') }),
        ]);
        const tokens = reports.flatMap(({ outcome }) => (outcome.ok ? outcome.tokens : []));
        const sum = (metric: string): number =>
          all.reduce((total, { name, value }) => total + (name === metric ? value : 0), 0);
        expect(sum('pointone_tokens')).toBe(tokens.length);
        expect(sum('pointone_token_info') + sum('pointone_duplicate_tokens')).toBe(tokens.length);
      }),
    );
  });
});

describe('a token', () => {
  const scrapeToken = (...parameters: Parameters<typeof token>) => scrape([reportOf([token(...parameters)])]);

  it('has the seconds until its expiry and the timestamp of its expiry', () => {
    const text = scrapeToken({ expiresAt: AT + 1500 });
    expect(samples(text, 'pointone_token_expires_in_seconds')).toEqual([{ ...TOKEN_LABELS, value: 1.5 }]);
    expect(samples(text, 'pointone_token_expiry_timestamp_seconds')).toEqual([
      { ...TOKEN_LABELS, value: (AT + 1500) / 1000 },
    ]);
    expect(samples(text, 'pointone_token_expiry_known')).toEqual([{ ...TOKEN_LABELS, value: 1 }]);
  });

  it('has negative seconds until its expiry after its expiry', () => {
    expect(samples(scrapeToken({ expiresAt: AT - 60_000 }), 'pointone_token_expires_in_seconds')).toEqual([
      { ...TOKEN_LABELS, value: -60 },
    ]);
  });

  it('of unknown expiry has neither, and pointone_token_expiry_known is 0', () => {
    const text = scrapeToken({ expiresAt: undefined });
    expect(samples(text, 'pointone_token_expires_in_seconds')).toEqual([]);
    expect(samples(text, 'pointone_token_expiry_timestamp_seconds')).toEqual([]);
    expect(samples(text, 'pointone_token_expiry_known')).toEqual([{ ...TOKEN_LABELS, value: 0 }]);
  });

  it('of unknown createdAt has an empty created_at and no creation timestamp', () => {
    const text = scrapeToken({ createdAt: undefined });
    expect(samples(text, 'pointone_token_created_timestamp_seconds')).toEqual([]);
    expect(samples(text, 'pointone_token_expiry_known')).toEqual([{ ...TOKEN_LABELS, created_at: '', value: 1 }]);
  });

  it('of known createdAt has a creation timestamp', () => {
    expect(samples(scrapeToken(), 'pointone_token_created_timestamp_seconds')).toEqual([
      { ...TOKEN_LABELS, value: Date.UTC(2026, 2, 1, 9) / 1000 },
    ]);
  });

  it.each([
    ['ACTIVE', { ACTIVE: 1, EXPIRED: 0, REVOKED: 0 }],
    ['EXPIRED', { ACTIVE: 0, EXPIRED: 1, REVOKED: 0 }],
    ['REVOKED', { ACTIVE: 0, EXPIRED: 0, REVOKED: 1 }],
    ['SUSPENDED', { ACTIVE: 0, EXPIRED: 0, REVOKED: 0, SUSPENDED: 1 }],
    ['active', { ACTIVE: 1, EXPIRED: 0, REVOKED: 0 }],
    ['TOKEN_STATUS_REVOKED', { ACTIVE: 0, EXPIRED: 0, REVOKED: 1 }],
    ['paused', { ACTIVE: 0, EXPIRED: 0, REVOKED: 0, paused: 1 }],
    ['', { ACTIVE: 0, EXPIRED: 0, REVOKED: 0 }],
  ])('with the status %j has one series per class, and one for a status of no class', (status, values) => {
    const all = scrape([reportOf([token({ status })])]).samples.filter(({ name }) => name === 'pointone_token_status');
    expect(Object.fromEntries(all.map(({ labels, value }) => [labels['status'], value]))).toEqual(values);
    expect(all).toHaveLength(Object.keys(values).length);
  });

  it.each([
    ['short', 'a note', 'a note'],
    ['of 256 letters', 'x'.repeat(256), 'x'.repeat(256)],
    ['of 257 letters', 'x'.repeat(257), `${'x'.repeat(255)}…`],
    ['of 256 emoji', '😀'.repeat(256), '😀'.repeat(256)],
    ['of 257 emoji', '😀'.repeat(257), `${'😀'.repeat(255)}…`],
    ['with an emoji at the cut', `${'x'.repeat(254)}😀😀😀`, `${'x'.repeat(254)}😀…`],
    ['of a million letters', 'x'.repeat(1e6), `${'x'.repeat(255)}…`],
    ['that is empty', '', ''],
  ])('with a description %s exports at most 256 code points of it', (_what, description, label) => {
    expect(samples(scrapeToken({ description }), 'pointone_token_info')).toEqual([
      { ...TOKEN_LABELS, description: label, status: 'ACTIVE', value: 1 },
    ]);
  });

  it.each(['ACTIVE', 'TOKEN_STATUS_ACTIVE', 'valid', 'SUSPENDED', ''])(
    'with the status %j has it in pointone_token_info as the API spells it',
    (status) => {
      expect(samples(scrapeToken({ status }), 'pointone_token_info')).toEqual([
        { ...TOKEN_LABELS, description: '', status, value: 1 },
      ]);
    },
  );

  it('and its successor of the same name and role have separate series', () => {
    const successor = token({ createdAt: Date.UTC(2027, 1, 1), expiresAt: Date.UTC(2028, 1, 1) });
    const text = scrape([reportOf([token(), successor])]);
    expect(samples(text, 'pointone_token_expiry_known')).toHaveLength(2);
    expect(samples(text, 'pointone_duplicate_tokens')).toEqual([{ account: 'default', value: 0 }]);
  });
});

describe('tokens that share all labels', () => {
  it('are exported as one token and counted as duplicates', () => {
    const usable = token({ expiresAt: AT + 1000, description: 'usable' });
    const revoked = token({ expiresAt: AT + 9000, description: 'revoked', status: 'REVOKED' });
    const text = scrape([reportOf([revoked, usable, revoked])]);
    expect(samples(text, 'pointone_tokens')).toEqual([{ account: 'default', value: 3 }]);
    expect(samples(text, 'pointone_duplicate_tokens')).toEqual([{ account: 'default', value: 2 }]);
    expect(samples(text, 'pointone_token_info')).toEqual([
      { ...TOKEN_LABELS, description: 'usable', status: 'ACTIVE', value: 1 },
    ]);
    expect(samples(text, 'pointone_token_expires_in_seconds')).toEqual([{ ...TOKEN_LABELS, value: 1 }]);
    expect(samples(text, 'pointone_token_status')).toContainEqual({ ...TOKEN_LABELS, status: 'ACTIVE', value: 1 });
  });

  it('are all included in unreadable fields and expected tokens', () => {
    const unreadable = token({ status: '', unreadable: ['status'] });
    const text = scrape([reportOf([unreadable, unreadable], { expected: [{ name: 'caster', role: undefined }] })]);
    expect(samples(text, 'pointone_unreadable_fields')).toContainEqual({
      account: 'default',
      field: 'status',
      value: 2,
    });
    expect(samples(text, 'pointone_expected_token_present')).toEqual([
      { account: 'default', name: 'caster', role: '', value: 1 },
    ]);
  });
});

describe('an account', () => {
  it('counts unreadable fields, with 0 for readable ones', () => {
    const tokens = [token({ unreadable: ['name', 'expiresAt'] }), token({ unreadable: ['expiresAt'] })];
    expect(samples(scrape([reportOf(tokens)]), 'pointone_unreadable_fields')).toEqual([
      { account: 'default', field: 'name', value: 1 },
      { account: 'default', field: 'role', value: 0 },
      { account: 'default', field: 'status', value: 0 },
      { account: 'default', field: 'createdAt', value: 0 },
      { account: 'default', field: 'expiresAt', value: 2 },
    ]);
  });

  it('without tokens has counts of 0 and no token series', () => {
    const text = scrape([reportOf([], { expected: [{ name: 'caster', role: 'ANY' }] })]);
    expect(samples(text, 'pointone_up')).toEqual([{ account: 'default', value: 1 }]);
    expect(samples(text, 'pointone_tokens')).toEqual([{ account: 'default', value: 0 }]);
    expect(samples(text, 'pointone_duplicate_tokens')).toEqual([{ account: 'default', value: 0 }]);
    expect(samples(text, 'pointone_expected_token_present')).toEqual([
      { account: 'default', name: 'caster', role: 'ANY', value: 0 },
    ]);
    expect([...text.types.keys()].filter((name) => name.startsWith('pointone_token_'))).toEqual([]);
  });

  it('evaluates expected tokens at the time of the scrape', () => {
    const tokens = [token({ expiresAt: AT - 1 })];
    expect(
      samples(
        scrape([reportOf(tokens, { expected: [{ name: 'caster', role: undefined }] })]),
        'pointone_expected_token_present',
      ),
    ).toEqual([{ account: 'default', name: 'caster', role: '', value: 0 }]);
  });

  it.each(['pointone_scrape_errors_total', 'pointone_failure_reason'])(
    'initializes all reasons of %s to 0',
    (metric) => {
      expect(samples(scrape([report()]), metric)).toEqual(
        [
          'timeout',
          'network',
          'http',
          'rate_limited',
          'unauthenticated',
          'forbidden',
          'graphql',
          'invalid_response',
          'credential',
        ].map((reason) => ({ account: 'default', reason, value: 0 })),
      );
    },
  );

  it.each([
    'pointone_last_success_timestamp_seconds',
    'pointone_clock_skew_seconds',
    'pointone_credential_expiry_timestamp_seconds',
  ])('has no %s if the value is unknown', (metric) => {
    expect(samples(scrape([report()]), metric)).toEqual([]);
  });

  it('exports last success, clock skew, credential expiry and duration in seconds', () => {
    const text = scrape([EVERYTHING]);
    const value = (metric: string) => samples(text, metric).map((sample) => sample.value);
    expect(value('pointone_last_success_timestamp_seconds')).toEqual([(AT - 1500) / 1000]);
    expect(value('pointone_clock_skew_seconds')).toEqual([-2.5]);
    expect(value('pointone_credential_expiry_timestamp_seconds')).toEqual([AT / 1000 + 86_400]);
    expect(value('pointone_scrape_duration_seconds')).toEqual([0.25]);
  });

  it('has a clock skew of 0 if the clocks agree', () => {
    expect(samples(scrape([report({ clockSkewMs: 0 })]), 'pointone_clock_skew_seconds')).toEqual([
      { account: 'default', value: 0 },
    ]);
  });
});

describe('a failed account next to a healthy one', () => {
  const bad = report({
    account: 'bad',
    outcome: failedOutcome('network', 'connection refused'),
    expected: [{ name: 'caster', role: undefined }],
    errors: { ...NO_ERRORS, network: 3 },
    lastSuccessAt: AT - 60_000,
    credentialExpiresAt: AT + 60_000,
  });
  const good = reportOf([token()], { account: 'good', expected: [{ name: 'caster', role: undefined }] });
  const text = scrape([bad, good]);

  it('is down while the other is up', () => {
    expect(samples(text, 'pointone_up')).toEqual([
      { account: 'bad', value: 0 },
      { account: 'good', value: 1 },
    ]);
  });

  it('has only the metrics that do not depend on its token list', () => {
    const metrics = text.samples.filter(({ labels }) => labels['account'] === 'bad').map(({ name }) => name);
    expect([...new Set(metrics)]).toEqual([
      'pointone_up',
      'pointone_scrape_duration_seconds',
      'pointone_scrape_errors_total',
      'pointone_failure_reason',
      'pointone_last_success_timestamp_seconds',
      'pointone_credential_expiry_timestamp_seconds',
    ]);
  });

  it('counts its errors by reason', () => {
    const counted = samples(text, 'pointone_scrape_errors_total').filter(({ value }) => value > 0);
    expect(counted).toEqual([{ account: 'bad', reason: 'network', value: 3 }]);
  });

  it.each(FAILURE_REASONS)(
    'has 1 for the current reason %s and 0 for the others, whatever it counted before',
    (reason) => {
      const failed = report({ outcome: failedOutcome(reason, 'late'), errors: { ...NO_ERRORS, http: 7 } });
      expect(samples(scrape([failed]), 'pointone_failure_reason')).toEqual(
        FAILURE_REASONS.map((name) => ({ account: 'default', reason: name, value: name === reason ? 1 : 0 })),
      );
    },
  );

  it('has 0 for each reason after a successful fetch, whatever it counted before', () => {
    const recovered = reportOf([token()], { errors: { ...NO_ERRORS, unauthenticated: 3 } });
    const current = samples(scrape([recovered]), 'pointone_failure_reason').map(({ value }) => value);
    expect(current).toEqual(FAILURE_REASONS.map(() => 0));
  });

  it('does not affect the metrics of the other', () => {
    const ofGood = ({ samples: all }: Exposition) => all.filter(({ labels }) => labels['account'] === 'good');
    expect(ofGood(text)).toEqual(ofGood(scrape([good])));
    expect(ofGood(text).length).toBeGreaterThan(20);
  });

  it('does not export the detail of its failure', () => {
    expect([...writeExposition(reportGroups([bad]), AT, TEXT)].join('')).not.toContain('refused');
  });
});
