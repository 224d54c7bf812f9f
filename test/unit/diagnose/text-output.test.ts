import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMasking } from '../../../src/diagnose/masking.ts';
import { formatTable, MAX_COLUMNS, wrap } from '../../../src/diagnose/text-layout.ts';
import { formatFindings } from '../../../src/diagnose/text-output.ts';
import { displayWidth } from '../../../src/runtime/terminal.ts';
import { hostileStrings } from '../support/arbitraries.ts';
import { ASSUMED_SCHEMA, diagnose, jwt, listed, nonNull, nullable, schemaWith } from './fixtures.ts';

const CREDENTIAL = jwt({ sub: 'user', iat: Date.UTC(2026, 0, 1) / 1000, exp: Date.UTC(2027, 0, 1) / 1000 });

describe('the diagnosis of one account', () => {
  const own = listed({ role: 'ROLE_READ_WRITE', createdAt: '2026-01-01T00:00', expiresAt: '2027-01-01T00:00' });
  const items = [
    own,
    listed({ name: 'caster-south' }),
    listed({ name: 'caster-south', createdAt: '2026-04-01T09:00:00.000Z' }),
    listed({ name: 'rover-7', status: 'DISABLED', description: null }),
    listed({ name: 'rover-8', status: 'GONE', createdAt: '2025-05-05', expiresAt: '2026-05-05' }),
    listed({ name: 'rover-9', status: 'in review' }),
    listed({ name: 'rover-10', expiresAt: 'in 3 weeks' }),
  ];
  const schema = schemaWith({
    fields: { lastUsedAt: nullable('DateTime'), createdAt: nonNull('LocalDateTime') },
    statuses: ['ACTIVE', 'DISABLED', 'PENDING'],
  });

  it('is written for a person', () => {
    expect(`\n${diagnose({ items, schema, credential: CREDENTIAL }).lines.join('\n')}\n`).toMatchInlineSnapshot(`
      "
      Token list
        tokens                 7
        repeated names         1
        duplicates             0
        past expiry            1 (#5)
        expired early          0
        created in the future  0
        lifetimes              334d to 365d
        exporter's own token   #1, status ACTIVE, role ROLE_READ_WRITE

        FIELD        PRESENT  NULL  MISSING  UNREADABLE
        name               7     0        0           0
        description        6     1        0           0
        role               7     0        0           0
        status             7     0        0           0
        createdAt          7     0        0           0
        expiresAt          6     0        0           1

        FIELD        COUNT  FORMAT                    READ AS
        name             7  string
        description      6  string
        role             7  string
        status           7  string
        createdAt        5  YYYY-MM-DDThh:mm:ss.sssZ  the instant it says
        createdAt        1  YYYY-MM-DDThh:mm          UTC (it has no zone)
        createdAt        1  YYYY-MM-DD                midnight UTC (it has no time)
        expiresAt        4  YYYY-MM-DDThh:mm:ss.sssZ  the instant it says
        expiresAt        1  YYYY-MM-DDThh:mm          UTC (it has no zone)
        expiresAt        1  YYYY-MM-DD                midnight UTC (it has no time)
        expiresAt        1  string "aa 9 aaaaa"       unreadable

        STATUS                                     COUNT  PAST EXPIRY  CLASS
        ACTIVE                                         4            0  ACTIVE
        DISABLED                                       1            0  none
        GONE                                           1            1  none
        (hidden: shape "aa aaaaaa", 9 characters)      1            0  none

        ROLE             COUNT
        ROLE_READ_ONLY       6
        ROLE_READ_WRITE      1

      Schema
        query     [PersonalAccessToken!], no arguments
        statuses  ACTIVE (ACTIVE), DISABLED (no class), PENDING (no class)
        roles     ROLE_READ_ONLY, ROLE_READ_WRITE

        FIELD        TYPE            REQUESTED
        name         String!         yes
        description  String          yes
        role         TokenRole!      yes
        status       TokenStatus!    yes
        createdAt    LocalDateTime!  yes
        expiresAt    DateTime!       yes
        lastUsedAt   DateTime        no

      Credential
        format   JWT (decoded, not verified)
        expires  2027-01-01T00:00:00Z (expires in 32d 12h)
        issued   2026-01-01T00:00:00Z
        claims   sub, iat, exp

      Works:
        - The exporter reads the name, role, status and dates of 6 of 7 tokens.
        - Dates without a zone are UTC: those of the exporter's own token agree with its credential.
        - The exporter knows the expiry of its own credential: it expires in 32d 12h.
      Does not work:
        - expiresAt is unreadable for 1 of 7 tokens (#7): string "aa 9 aaaaa". The exporter cannot watch
          the expiry of such a token. The alert PointOneTokenFieldUnreadable fires.
        - Statuses of no class: DISABLED: 1 token (#4); GONE: 1 token (#5); (hidden: shape "aa aaaaaa", 9
          characters): 1 token (#6). The exporter assumes that tokens of such a status work, and the alert
          PointOneTokenStatusUnknown fires.
      To set:
        - Check first that a token of this status no longer works: otherwise the setting hides the expiry
          of a token in use. DISABLED: the word usually means that a token was revoked.
            --api.status.revoked=OLD,DISABLED
            or POINTONE_API_STATUS_REVOKED=OLD,DISABLED
        - Check first whether a token of this status works. If it works, use the first setting. Use the
          second setting only if it no longer works: otherwise the setting hides the expiry of a token in
          use. GONE: its only token is past its expiry.
            --api.status.active=GONE
            or POINTONE_API_STATUS_ACTIVE=GONE
            --api.status.expired=GONE
            or POINTONE_API_STATUS_EXPIRED=GONE
      To report:
        - Report the format of expiresAt: no setting can change how dates are read.
        - Report the status (hidden: shape "aa aaaaaa", 9 characters): it is hidden or not a name, so no
          setting is suggested.
        - The schema has this status of no class, but no listed token does: PENDING. Report it, and set
          nothing until a token has it. If that token works, the status belongs to --api.status.active.
          Only if it no longer works, the status belongs to --api.status.expired or --api.status.revoked.
          Without a setting, the exporter assumes that such a token works.
        - The exporter does not request the field lastUsedAt (DateTime), which looks useful. It would show
          which tokens are still in use.
      Notes:
        - Dates without a time are read as midnight UTC. An expiry may be up to a day later, or up to 14
          hours earlier if its zone is ahead of UTC.
        - 1 token (#5) of 7 is still listed after the expiry, with the status GONE (1).
        - 1 name is used more than once, as after a rotation.
        - The type of createdAt is LocalDateTime!, which has no zone. The exporter reads it as UTC.
        - The exporter's own token has the role ROLE_READ_WRITE. A read-only token is enough: replace it,
          so that a leak does less harm.
      "
    `);
  });

  it('shows names on request, but no part of the credential in them', () => {
    const past = { createdAt: '2025-05-05', expiresAt: '2026-05-05' };
    const { lines } = diagnose({
      items: [
        listed({ ...past, name: 'caster-south', description: 'a\u202eb' }),
        listed({ ...past, name: `old ${CREDENTIAL}` }),
      ],
      credential: CREDENTIAL,
      showNames: true,
    });
    const text = lines.join(' ').replace(/ +/g, ' ');
    expect(text).toContain('#1 caster-south (a<U+202E>b)');
    expect(text).toContain('#2 (hidden: may be part of the credential)');
  });

  it('is understood if list, schema and credential are as the exporter assumes', () => {
    const { findings } = diagnose({
      items: [{ ...own, role: 'ROLE_READ_ONLY' }],
      schema: ASSUMED_SCHEMA,
      credential: CREDENTIAL,
    });
    expect(findings.filter(({ understood }) => !understood)).toEqual([]);
    expect(new Set(findings.map(({ kind }) => kind))).toEqual(new Set(['works', 'note']));
  });
});

/** Marks names and descriptions, so that they cannot be part of our own text. No shape contains it. */
const SECRET = 'Zq7~x';

/** Reports whether a line fits. A setting has to be on one line. */
function fits(line: string): boolean {
  return displayWidth(line) <= MAX_COLUMNS || /^ {6}(--api\.status|or POINTONE_API_STATUS)/.test(line);
}

describe('whatever the API returns', () => {
  const credentials = fc.oneof(
    fc.string({ unit: fc.constantFrom(...'abcXYZ0189-._~+/='), minLength: 8, maxLength: 60 }),
    fc.record({ sub: fc.string(), exp: fc.nat({ max: 4_000_000_000 }) }).map(jwt),
    // Words of our own text: the output hides them too.
    fc.constantFrom('ROLE_READ_WRITE', 'PersonalAccessToken', 'The exporter assumes that', 'UNREADABLE', CREDENTIAL),
  );

  /** A string that may contain a part of the credential. */
  const strings = (credential: string): fc.Arbitrary<string> => {
    const parts = fc
      .tuple(fc.nat({ max: credential.length - 8 }), fc.integer({ min: 8, max: 40 }))
      .map(([start, length]) => credential.slice(start, start + length));
    return fc.oneof(
      hostileStrings,
      fc.constantFrom('ACTIVE', 'ODD', 'ROLE_READ_ONLY', '2026-03-01T09:00', '2026-03-01', '1772355600'),
      parts,
      fc.tuple(hostileStrings, parts, hostileStrings).map((texts) => texts.join('')),
      parts.map((part) => `X_${part.toUpperCase()}`),
    );
  };

  const worlds = credentials.chain((credential) => {
    const text = strings(credential);
    const value = fc.oneof({ weight: 4, arbitrary: text }, { weight: 1, arbitrary: fc.jsonValue() });
    const name = text.map((content) => `${SECRET}${content}`);
    const item = fc.record(
      { name, description: name, role: value, status: value, createdAt: value, expiresAt: value },
      { requiredKeys: [] },
    );
    const entry = fc.record({ name: text, type: fc.record({ kind: fc.constant('SCALAR'), name: text }) });
    const entries = fc.array(entry, { maxLength: 6 });
    const schema = fc.record({
      token: entries.map((fields) => ({ fields: [...fields, ...ASSUMED_SCHEMA.token.fields.slice(1)] })),
      status: entries.map((enumValues) => ({ enumValues })),
      role: entries.map((enumValues) => ({ enumValues })),
      query: entries.map((args) => ({ fields: [{ ...ASSUMED_SCHEMA.query.fields[1], args }] })),
    });
    return fc.record({
      credential: fc.constant(credential),
      items: fc.array(fc.oneof({ weight: 5, arbitrary: item }, { weight: 1, arbitrary: fc.jsonValue() }), {
        maxLength: 8,
      }),
      schema: fc.oneof(schema, fc.jsonValue()),
      showNames: fc.constant(false),
    });
  });

  it('no line shows a name, a description or a part of the credential, and all lines are short and printable', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const { lines } = diagnose(world);
        for (const line of lines) {
          expect(line).toMatch(/^[\x20-\x7e±…]*$/);
          expect([line, fits(line)]).toEqual([line, true]);
          expect(line).not.toContain(SECRET);
          expect(sharedPart(line, world.credential)).toBeUndefined();
        }
      }),
      { numRuns: 300 },
    );
  });

  it('no line shows a part of the credential or a character that changes the display when names are shown', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        for (const line of diagnose({ ...world, showNames: true }).lines) {
          expect(line).not.toMatch(/\p{Cc}|\p{Bidi_Control}/u);
          expect([line, fits(line)]).toEqual([line, true]);
          expect(sharedPart(line, world.credential)).toBeUndefined();
        }
      }),
    );
  });

  it('a credential in every string of the API is not shown', () => {
    const item = Object.fromEntries(Object.keys(listed()).map((field) => [field, CREDENTIAL]));
    const named = { name: CREDENTIAL, type: { kind: 'SCALAR', name: CREDENTIAL }, args: [] };
    const { lines } = diagnose({
      credential: CREDENTIAL,
      items: [item, CREDENTIAL, [CREDENTIAL]],
      schema: { token: { fields: [named] }, status: { enumValues: [named] }, role: { enumValues: [named] } },
      showNames: true,
    });
    expect(lines.map((line) => sharedPart(line, CREDENTIAL)).filter(Boolean)).toEqual([]);
    expect(lines.join('\n')).toContain('(hidden: may be part of the credential)');
  });

  it('a list with strings of a megabyte, and a long list, have a short description', () => {
    const long = 'Long '.repeat(1 << 18);
    const fields = Object.fromEntries(Object.keys(listed()).map((field) => [field, long]));
    const many = Array.from({ length: 20_000 }, (_, n) =>
      listed({ name: `n${n}`, status: `S${n}`, createdAt: `${n}x` }),
    );
    for (const items of [[fields, fields], many]) {
      const { lines } = diagnose({ items, credential: CREDENTIAL, showNames: true });
      expect(lines.length).toBeLessThan(250);
      expect(lines.filter((line) => !fits(line))).toEqual([]);
    }
  });
});

/** Returns a part of a credential that a line contains, in any case. */
function sharedPart(line: string, credential: string): string | undefined {
  const parts = Array.from({ length: credential.length - 7 }, (_, start) => credential.slice(start, start + 8));
  return parts.find((part) => line.toLowerCase().includes(part.toLowerCase()));
}

describe('a setting', () => {
  it('is on its own line, so that it can be copied', () => {
    const settings = [{ flag: '--api.status.active=A,B', variable: 'POINTONE_API_STATUS_ACTIVE=A,B' }];
    const lines = formatFindings(
      [{ kind: 'set', understood: false, text: 'Confirm it.', settings }],
      createMasking([], { showNames: false }),
    );
    expect(lines).toEqual([
      'To set:',
      '  - Confirm it.',
      '      --api.status.active=A,B',
      '      or POINTONE_API_STATUS_ACTIVE=A,B',
    ]);
  });

  it('is on one line, however long it is', () => {
    const words = Array.from({ length: 20 }, (_, n) => `DISABLED_FOR_SOME_REASON_${n}`).join(',');
    const settings = [{ flag: `--api.status.revoked=${words}`, variable: `POINTONE_API_STATUS_REVOKED=${words}` }];
    const lines = formatFindings(
      [{ kind: 'set', understood: false, text: 'Confirm it.', settings }],
      createMasking([], { showNames: false }),
    );
    expect(lines).toContain(`      --api.status.revoked=${words}`);
    expect(lines).toContain(`      or POINTONE_API_STATUS_REVOKED=${words}`);
  });
});

it('findings are grouped by kind, what works first', () => {
  const finding = (kind: 'note' | 'works', text: string) => ({ kind, understood: true, text });
  const masking = createMasking([], { showNames: false });
  expect(formatFindings([finding('note', 'B.'), finding('works', 'A.'), finding('note', 'C.')], masking)).toEqual([
    'Works:',
    '  - A.',
    'Notes:',
    '  - B.',
    '  - C.',
  ]);
});

it('a table is aligned, and numbers are on the right', () => {
  expect(
    formatTable(
      [{ title: 'STATUS' }, { title: 'COUNT', alignRight: true }, { title: 'CLASS' }],
      [
        ['ACTIVE', '1,000', 'ACTIVE'],
        ['日本', '5', ''],
      ],
    ),
  ).toEqual(['  STATUS  COUNT  CLASS', '  ACTIVE  1,000  ACTIVE', '  日本        5']);
});

describe('a text', () => {
  it('is broken at spaces, and indented by the width of what is before it', () => {
    const lines = wrap('word '.repeat(30).trim(), '  - ');
    expect(lines).toEqual([`  - ${'word '.repeat(19).trim()}`, `    ${'word '.repeat(11).trim()}`]);
  });

  it('with a part that is longer than a line is cut', () => {
    expect(wrap(`a ${'b'.repeat(200)} c`, '  ')).toEqual(['  a', `  ${'b'.repeat(97)}…`, '  c']);
  });
});
