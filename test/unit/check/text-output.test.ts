import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatSummary } from '../../../src/check/summary.ts';
import { formatTable, formatText, type TableColumn } from '../../../src/check/text-output.ts';
import { failedOutcome, type Report } from '../../../src/model/report.ts';
import { INVISIBLE_CHARACTER } from '../../../src/runtime/display-text.ts';
import { ansiColors, displayWidth, noColors } from '../../../src/runtime/terminal.ts';
import { reportLists } from '../support/arbitraries.ts';
import { report, reportOf } from '../support/builders.ts';
import { DAY, evaluated, withDaysLeft } from './fixtures.ts';

const PIPE = { columns: undefined, paint: noColors };

const EU = reportOf(
  [
    withDaysLeft(300, { name: 'fleet-sync' }),
    withDaysLeft(5, { name: 'fleet-sync' }),
    withDaysLeft(2.5, { name: 'ci-nightly' }),
    withDaysLeft(-3, { name: 'dashboard', role: 'ROLE_READ_ONLY', status: 'EXPIRED' }),
    withDaysLeft(10, { name: 'Vermessung Zürich 測量 🛰️' }),
    withDaysLeft(0, { name: '', role: '', status: '', expiresAt: undefined }),
    withDaysLeft(-40, { name: 'old', status: 'EXPIRED' }),
    withDaysLeft(100, { name: 'contractor', status: 'REVOKED' }),
  ],
  { account: 'fleet-eu', expected: [{ name: 'caster', role: undefined }] },
);
const US = report({ account: 'fleet-us', outcome: failedOutcome('unauthenticated', 'HTTP 401: refused') });

describe('the text output', () => {
  it('lists findings and tokens, most urgent first', () => {
    expect(formatText(evaluated([EU, US]), PIPE)).toMatchInlineSnapshot(`
      "POINTONE CRITICAL - 4 of 8 tokens need action: dashboard of fleet-eu expired 3d ago, ci-nightly of fleet-eu expires in 2d 12h, Vermessung Zürich 測量 🛰️ of fleet-eu expires in 10d, and 1 more; fleet-eu: the expected token caster is missing or does not work; fleet-us: could not be read (unauthenticated): HTTP 401: refused | 'tokens'=8;;;0 'expired'=1;;0;0 'critical'=1;;0;0 'warning'=1;0;;0 'doubtful'=0;0;;0 'unknown'=1;0;;0 'fine'=1;;;0 'abandoned'=1;;;0 'replaced'=1;;;0 'revoked'=1;;;0 'unread_accounts'=1;;;0;2 'next_expiry'=-259200s

      CRITICAL  fleet-eu: the expected token caster is missing or does not work
      UNKNOWN   fleet-us: could not be read (unauthenticated): HTTP 401: refused

      STATE        LEFT  EXPIRES     ACCOUNT   NAME                       ROLE             STATUS
      expired       -3d  2026-11-21  fleet-eu  dashboard                  ROLE_READ_ONLY   EXPIRED
      critical   2d 12h  2026-11-27  fleet-eu  ci-nightly                 ROLE_READ_WRITE  ACTIVE
      warning       10d  2026-12-04  fleet-eu  Vermessung Zürich 測量 🛰️  ROLE_READ_WRITE  ACTIVE
      unknown         -  unknown     fleet-eu  -                          -                -
      fine         300d  2027-09-20  fleet-eu  fleet-sync                 ROLE_READ_WRITE  ACTIVE
      abandoned    -40d  2026-10-15  fleet-eu  old                        ROLE_READ_WRITE  EXPIRED
      replaced       5d  2026-11-29  fleet-eu  fleet-sync                 ROLE_READ_WRITE  ACTIVE
      revoked      100d  2027-03-04  fleet-eu  contractor                 ROLE_READ_WRITE  REVOKED
      "
    `);
  });

  it('marks a status that the exporter does not know, without another exit status', () => {
    const odd = reportOf([
      withDaysLeft(300, { name: 'fleet-sync' }),
      withDaysLeft(310, { name: 'rover', status: 'PAUSED' }),
      withDaysLeft(5, { name: 'old', status: 'REVOKED' }),
    ]);
    const text = formatText(evaluated([odd]), { columns: 200, paint: noColors });
    expect(text).toMatchInlineSnapshot(`
      "POINTONE OK - 3 tokens, none needs action, 1 has an unknown status (PAUSED), next to expire: fleet-sync in 300d

      STATE    LEFT  EXPIRES     ACCOUNT  NAME        ROLE             STATUS
      fine     310d  2027-09-30  default  rover       ROLE_READ_WRITE  PAUSED (unknown)
      fine     300d  2027-09-20  default  fleet-sync  ROLE_READ_WRITE  ACTIVE
      revoked    5d  2026-11-29  default  old         ROLE_READ_WRITE  REVOKED
      "
    `);
    expect(evaluated([odd]).severity).toBe('ok');
    expect(formatText(evaluated([odd]), { columns: 200, paint: ansiColors })).toContain('\u001b[33mPAUSED (unknown)');
    const several = evaluated([
      reportOf([...(odd.outcome.ok ? odd.outcome.tokens : []), withDaysLeft(3, { status: 'X' })]),
    ]);
    expect(formatSummary(several)).toContain('1 of 4 tokens needs action');
  });

  it('has only the tokens that need attention with --only-problems, and counts the others', () => {
    const list = [
      withDaysLeft(2, { name: 'urgent' }),
      withDaysLeft(0, { name: 'undated', expiresAt: undefined }),
      withDaysLeft(310, { name: 'rover', status: 'PAUSED' }),
      withDaysLeft(100, { name: 'gone', status: 'REVOKED' }),
      ...Array.from({ length: 5000 }, (_, index) => withDaysLeft(300, { name: `fine-${index}` })),
    ];
    const result = evaluated([reportOf(list), US]);
    const all = formatText(result, PIPE).split('\n');
    const text = formatText(result, { ...PIPE, onlyProblems: true });
    const lines = text.split('\n');
    expect(lines.slice(0, 4)).toEqual(all.slice(0, 4));
    expect(lines.slice(4).map((line) => (line.includes('  ') ? line.split(/ {2,}/)[4] : line))).toEqual([
      'NAME',
      'urgent',
      'undated',
      'rover',
      '',
      '5,001 other tokens not shown: no problem',
      '',
    ]);
    expect(text).toMatch(/\n\n5,001 other tokens not shown: no problem\n$/);
    const fine = evaluated([reportOf([withDaysLeft(300)])]);
    expect(formatText(fine, { columns: 80, paint: noColors, onlyProblems: true })).toBe(
      'POINTONE OK - 1 token, none needs action, next to expire: caster in 300d\n\n1 token not shown: no problem\n',
    );
  });

  it('fits the width of a terminal and has no performance data there', () => {
    expect(formatText(evaluated([EU]), { columns: 80, paint: noColors })).toMatchInlineSnapshot(`
      "POINTONE CRITICAL - 4 of 8 tokens need action: dashboard expired 3d ago, ci-nightly expires in 2d 12h, Vermessung Zürich 測量 🛰️ expires in 10d, and 1 more; fleet-eu: the expected token caster is missing or does not work

      CRITICAL  fleet-eu: the expected token caster is missing or does not work

      STATE        LEFT  EXPIRES     ACCOUNT   NAME            ROLE            STATUS
      expired       -3d  2026-11-21  fleet-eu  dashboard       ROLE_READ_ONLY  EXPIRED
      critical   2d 12h  2026-11-27  fleet-eu  ci-nightly      ROLE_READ_WRI…  ACTIVE
      warning       10d  2026-12-04  fleet-eu  Vermessung Zü…  ROLE_READ_WRI…  ACTIVE
      unknown         -  unknown     fleet-eu  -               -               -
      fine         300d  2027-09-20  fleet-eu  fleet-sync      ROLE_READ_WRI…  ACTIVE
      abandoned    -40d  2026-10-15  fleet-eu  old             ROLE_READ_WRI…  EXPIRED
      replaced       5d  2026-11-29  fleet-eu  fleet-sync      ROLE_READ_WRI…  ACTIVE
      revoked      100d  2027-03-04  fleet-eu  contractor      ROLE_READ_WRI…  REVOKED
      "
    `);
  });

  it('colours severities, headings and states only', () => {
    const text = formatText(evaluated([EU, US]), { columns: 200, paint: ansiColors });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what a colour begins with
    const painted = [...text.matchAll(/\u001b\[(\d+)m([^\u001b]*)\u001b\[0m/g)].map(
      ([, code, words]) => `${code} ${words}`,
    );
    expect(painted).toEqual(
      expect.arrayContaining([
        '31 CRITICAL',
        '35 UNKNOWN',
        '1 STATE',
        '31 expired',
        '33 warning',
        '32 fine',
        '2 revoked',
      ]),
    );
    expect(painted.filter((words) => words.endsWith(' replaced'))).toEqual(['2 replaced']);
  });

  it.each<[string, Report[], string]>([
    [
      'no need for action',
      [reportOf([withDaysLeft(300)])],
      'OK - 1 token, none needs action, next to expire: caster in 300d',
    ],
    [
      'several accounts',
      [
        reportOf([withDaysLeft(300), withDaysLeft(20, { name: 'b' })], { account: 'a' }),
        reportOf([], { account: 'c' }),
      ],
      "WARNING - c: lists no tokens, not even the exporter's own; 2 tokens, none needs action, next to expire: b of a in 20d",
    ],
    [
      'tokens that are not in use',
      [reportOf([withDaysLeft(1, { status: 'REVOKED' })])],
      'OK - 1 token, none needs action',
    ],
    ['an empty list', [reportOf([])], "WARNING - default: lists no tokens, not even the exporter's own"],
    ['no account', [], 'UNKNOWN - no account is configured, so no token is monitored'],
    [
      'an account that cannot be read',
      [US],
      'UNKNOWN - fleet-us: could not be read (unauthenticated): HTTP 401: refused',
    ],
    [
      'more tokens than the summary names',
      [reportOf(['a', 'b', 'c', 'd', 'e'].map((name, index) => withDaysLeft(index / 2 + 0.5, { name })))],
      'CRITICAL - 5 of 5 tokens need action: a expires in 12h, b expires in 1d, c expires in 1d 12h, and 2 more',
    ],
    [
      'a token that is EXPIRED before its expiry',
      [reportOf([withDaysLeft(9, { status: 'EXPIRED' })])],
      'CRITICAL - 1 of 1 token needs action: caster has expired; default: status and expiry contradict each other: caster is EXPIRED, but expires in 9d',
    ],
    [
      'a doubtful successor',
      [reportOf([withDaysLeft(1), withDaysLeft(99, { status: 'PAUSED' })])],
      'WARNING - 1 of 2 tokens needs action: caster has only successors of unknown status',
    ],
    [
      'many findings',
      [
        reportOf([withDaysLeft(300)], {
          expected: ['a', 'b', 'c', 'd', 'e'].map((name) => ({ name, role: undefined })),
        }),
      ],
      'CRITICAL - default: the expected token a is missing or does not work; default: the expected token b is missing or does not work; default: the expected token c is missing or does not work; 1 token, none needs action, next to expire: caster in 300d; and 2 more',
    ],
  ])('starts with a sentence about %s', (_what, reports, sentence) => {
    const [first] = formatText(evaluated(reports), { columns: 80, paint: noColors }).split('\n');
    expect(first).toBe(`POINTONE ${sentence}`);
  });
});

describe('performance data', () => {
  const data = (reports: Report[]): string =>
    formatText(evaluated(reports), PIPE).split('\n')[0]?.split(' | ')[1] ?? '';

  it('has the same labels for any result and the format of monitoring plugins', () => {
    const labels = (text: string): string[] => [...text.matchAll(/'(\w+)'=/g)].map(([, label]) => label ?? '');
    for (const text of [data([EU, US]), data([]), data([US])]) {
      for (const datum of text.split(' ')) expect(datum).toMatch(/^'\w+'=(U|-?\d+s?(;[\d:]*){0,4})$/);
      expect(labels(text)).toEqual(labels(data([])));
    }
    expect(data([EU, US])).toMatch(new RegExp(`'next_expiry'=${(-3 * DAY) / 1000}s$`));
    expect(data([US])).toMatch(/'next_expiry'=U$/);
  });

  it('contains the number of unread accounts with the number of accounts as maximum', () => {
    const read = reportOf([withDaysLeft(300)]);
    expect(data([US, read, read])).toContain("'unread_accounts'=1;;;0;3 ");
    expect(data([read, read])).toContain("'unread_accounts'=0;;;0;2 ");
  });
});

it('names never add a line or a vertical bar', () => {
  fc.assert(
    fc.property(reportLists, (reports) => {
      const result = evaluated(reports);
      const text = formatText(result, PIPE);
      expect(text.replaceAll('\n', '').match(INVISIBLE_CHARACTER)).toBeNull();
      expect(text.split('|')).toHaveLength(2);
      expect(text.split('\n')[0]).toContain(' | ');
      const { findings, tokens } = result;
      const lines = 1 + (findings.length > 0 ? findings.length + 1 : 0) + (tokens.length > 0 ? tokens.length + 2 : 0);
      expect(text.split('\n')).toHaveLength(lines + 1);
    }),
  );
});

it('no row is wider than the terminal', () => {
  fc.assert(
    fc.property(reportLists, (reports) => {
      const result = evaluated(reports);
      const rows = formatText(result, { columns: 90, paint: noColors })
        .split('\n')
        .slice(-result.tokens.length - 2, -1);
      if (result.tokens.length > 0) for (const row of rows) expect(displayWidth(row)).toBeLessThanOrEqual(90);
    }),
  );
});

it('no ordinary row is wider than a terminal of 72 columns', () => {
  const [, ...rows] =
    formatText(evaluated([EU, US]), { columns: 72, paint: noColors })
      .trimEnd()
      .split('\n\n')
      .at(-1)
      ?.split('\n') ?? [];
  expect(rows).toHaveLength(8);
  for (const row of rows) expect(displayWidth(row)).toBeLessThanOrEqual(72);
});

describe('a long name', () => {
  const LONG = 'x'.repeat(5000);

  it('is truncated in the summary', () => {
    const tokens = [withDaysLeft(1, { name: LONG }), withDaysLeft(9, { name: LONG, status: 'EXPIRED' })];
    const result = evaluated([reportOf(tokens, { account: LONG, clockSkewMs: 999_000 })]);
    expect(formatSummary(result).length).toBeLessThan(600);
  });

  it.each(['x', 'a\u0301', '\n'])('of %j does not make other rows very long in a pipe', (letter) => {
    const long = withDaysLeft(9, { name: letter.repeat(5000), status: 'EXPIRED' });
    const lines = formatText(evaluated([reportOf([long, withDaysLeft(300, { name: 'short' })])]), PIPE).split('\n');
    for (const line of lines) expect(displayWidth(line)).toBeLessThan(1200);
    expect(lines.filter((line) => line.includes('short'))).toEqual([
      expect.stringMatching(/^fine {5}300d {2}2027-09-20 {2}default {2}short {253}ROLE_READ_WRITE {2}ACTIVE$/),
    ]);
  });
});

const COLUMNS: readonly TableColumn[] = [
  { title: 'STATE' },
  { title: 'LEFT', alignRight: true },
  { title: 'NAME', isShrinkable: true },
  { title: 'ROLE', isShrinkable: true },
];
const ROWS = [
  ['fine', '12d', 'a name of some length', 'ROLE_READ_WRITE'],
  ['critical', '2d 23h', '測量', '-'],
];

/** Formats the table without colours. */
function lines(maxWidth: number): string[] {
  return formatTable(COLUMNS, ROWS, maxWidth, (text) => text);
}

describe('columns', () => {
  it('are as wide as their widest cell', () => {
    expect(lines(Number.POSITIVE_INFINITY)).toEqual([
      'STATE       LEFT  NAME                   ROLE',
      'fine         12d  a name of some length  ROLE_READ_WRITE',
      'critical  2d 23h  測量                   -',
    ]);
  });

  it('shrink to the width of the terminal, widest first', () => {
    expect(lines(50)).toEqual([
      'STATE       LEFT  NAME             ROLE',
      'fine         12d  a name of some…  ROLE_READ_WRITE',
      'critical  2d 23h  測量             -',
    ]);
    for (let maxWidth = 36; maxWidth < 60; maxWidth += 1) {
      for (const line of lines(maxWidth)) expect(displayWidth(line)).toBeLessThanOrEqual(maxWidth);
    }
  });

  it('keep a minimum width', () => {
    expect(lines(1)).toEqual([
      'STATE       LEFT  NAME      ROLE',
      'fine         12d  a name …  ROLE_RE…',
      'critical  2d 23h  測量      -',
    ]);
  });

  it('are coloured without their padding', () => {
    const painted = formatTable(COLUMNS, ROWS, 80, (text, row, column) =>
      row === -1 ? text : `<${row}${column}:${text}>`,
    );
    expect(painted[2]).toBe('<10:critical>  <11:2d 23h>  <12:測量>                   <13:->');
  });
});
