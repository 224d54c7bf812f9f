import fc from 'fast-check';
import { FAILURE_REASONS, failedOutcome, type Report } from '../../../src/model/report.ts';
import { CHECKED_FIELDS, type Token } from '../../../src/model/token.ts';
import { classifyStatus } from './builders.ts';

/** Any valid instant of a token. */
export const instants = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(10_000, 0, 1) - 1 });

/** Well-formed Unicode strings with many characters that need escaping. */
export const hostileStrings = fc.oneof(
  fc.string({ unit: fc.constantFrom('\\', '"', '\n', '\r', '\t', '{', '}', ',', '=', '#', ' ', 'n', 'é', '😀') }),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('\\n', '\\\\n', '"} 1\npointone_up{account="x"} 1', '# EOF', '\u2028', '__proto__', ''),
);

/** A few words, so that tokens often have equal labels. */
const words = fc.constantFrom('', 'a', 'b');
const dates = fc.option(instants, { nil: undefined });
const fewDates = fc.constantFrom(undefined, Date.UTC(2026, 0, 1), Date.UTC(2026, 0, 1) + 1, Date.UTC(2030, 5, 6));
const statuses = fc.constantFrom('', 'ACTIVE', 'EXPIRED', 'REVOKED', 'TOKEN_STATUS_REVOKED', 'valid', 'SUSPENDED');

/** Adds the class of the status. */
const withClass = (token: Omit<Token, 'statusClass'>): Token => ({
  ...token,
  statusClass: classifyStatus(token.status),
});

/** Tokens that often have equal labels and dates. */
export const similarTokens: fc.Arbitrary<Token> = fc
  .record({
    name: words,
    role: words,
    status: statuses,
    description: words,
    createdAt: fewDates,
    expiresAt: fewDates,
    unreadable: fc.constant([]),
  })
  .map(withClass);

/** Tokens with arbitrary strings. */
const hostileTokens: fc.Arbitrary<Token> = fc
  .record({
    name: hostileStrings,
    role: hostileStrings,
    status: fc.oneof(statuses, hostileStrings),
    description: hostileStrings,
    createdAt: dates,
    expiresAt: dates,
    unreadable: fc.subarray([...CHECKED_FIELDS]),
  })
  .map(withClass);

const seconds = fc.double({ min: -1e9, max: 1e9, noNaN: true });
const counts = fc.nat();
const outcomes: fc.Arbitrary<Report['outcome']> = fc.oneof(
  { weight: 3, arbitrary: fc.array(hostileTokens, { maxLength: 6 }).map((tokens) => ({ ok: true as const, tokens })) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(...FAILURE_REASONS).map((reason) => failedOutcome(reason, 'message of the test')),
  },
);
const expectations = fc.uniqueArray(
  fc.record({ name: hostileStrings, role: fc.option(hostileStrings.filter(Boolean), { nil: undefined }) }),
  { maxLength: 3, selector: ({ name, role }) => JSON.stringify([name, role]) },
);

/** The reports of a scrape: accounts with different names, some of them failed. */
export const reportLists: fc.Arbitrary<Report[]> = fc.uniqueArray(
  fc.record({
    account: hostileStrings.filter(Boolean),
    outcome: outcomes,
    expected: expectations,
    durationMs: fc.double({ min: 0, max: 600_000, noNaN: true }),
    errors: fc.record({
      timeout: counts,
      network: counts,
      http: counts,
      rate_limited: counts,
      unauthenticated: counts,
      forbidden: counts,
      graphql: counts,
      invalid_response: counts,
      credential: counts,
    }),
    lastSuccessAt: dates,
    clockSkewMs: fc.option(seconds, { nil: undefined }),
    credentialExpiresAt: dates,
  }),
  { maxLength: 4, selector: ({ account }) => account },
);
