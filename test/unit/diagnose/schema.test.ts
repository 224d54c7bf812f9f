import fc from 'fast-check';
import { buildSchema, graphqlSync, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/diagnose/findings.ts';
import { INTROSPECTION_QUERY } from '../../../src/diagnose/introspection.ts';
import { createMasking } from '../../../src/diagnose/masking.ts';
import { analyzeSchema, type SchemaAnalysis } from '../../../src/diagnose/schema.ts';
import { schemaFindings } from '../../../src/diagnose/schema-findings.ts';
import { ASSUMED_SCHEMA, classifyStatus, nonNull, nullable, schemaWith } from './fixtures.ts';

const masking = createMasking([], { showNames: false });

function analyze(data: unknown): SchemaAnalysis {
  const schema = analyzeSchema(data, { classifyStatus, masking });
  if (schema === undefined) throw new Error('the data says nothing about the schema');
  return schema;
}

const findings = (data: unknown): Finding[] => schemaFindings(analyze(data));

function about(words: string, data: unknown): Finding {
  const found = findings(data).filter(({ text }) => text.includes(words));
  expect(found, words).toHaveLength(1);
  return found[0] as Finding;
}

/** The schema that the exporter assumes, executed by the reference implementation. */
const SDL = `
  scalar DateTime
  enum TokenStatus { ACTIVE EXPIRED REVOKED OBSOLETE @deprecated }
  enum TokenRole { ROLE_READ_ONLY ROLE_READ_WRITE }
  type PersonalAccessToken {
    name: String! description: String role: TokenRole! status: TokenStatus!
    createdAt: DateTime! expiresAt: DateTime! owner: String @deprecated(reason: "secret reason")
  }
  type Query { viewPersonalAccessTokens(limit: Int = 5, tags: [String!]!): [PersonalAccessToken!] other: Int }`;

describe('the introspection query', () => {
  const schema = buildSchema(SDL);

  it('is valid and has one operation', () => {
    const document = parse(INTROSPECTION_QUERY);
    expect(validate(schema, document)).toEqual([]);
    expect(document.definitions.filter(({ kind }) => kind === 'OperationDefinition')).toHaveLength(1);
  });

  it('reads the types of tokens from a real schema', () => {
    const { data, errors } = graphqlSync({ schema, source: INTROSPECTION_QUERY });
    expect(errors).toBeUndefined();
    expect(JSON.stringify(data)).not.toContain('secret reason');
    const { fields, statuses, roles, query } = analyze(data);
    expect((fields as readonly unknown[]).map((field) => Object.values(field as object).slice(0, 4))).toEqual([
      ['name', 'String!', false, false],
      ['description', 'String', true, false],
      ['role', 'TokenRole!', false, false],
      ['status', 'TokenStatus!', false, false],
      ['createdAt', 'DateTime!', false, false],
      ['expiresAt', 'DateTime!', false, false],
      ['owner', 'String', true, true],
    ]);
    expect(statuses).toMatchObject([
      { shown: 'ACTIVE', statusClass: 'ACTIVE' },
      { shown: 'EXPIRED', statusClass: 'EXPIRED' },
      { shown: 'REVOKED', statusClass: 'REVOKED' },
      { shown: 'OBSOLETE', statusClass: undefined },
    ]);
    expect(roles).toMatchObject([{ shown: 'ROLE_READ_ONLY' }, { shown: 'ROLE_READ_WRITE' }]);
    expect(query).toMatchObject({
      type: '[PersonalAccessToken!]',
      returnsTokens: true,
      arguments: [
        { shown: 'limit', type: 'Int', isPaging: true },
        { shown: 'tags', type: '[String!]!', isPaging: false },
      ],
    });
  });

  it('says which types a real schema does not contain', () => {
    const { data } = graphqlSync({ schema: buildSchema('type Query { other: Int }'), source: INTROSPECTION_QUERY });
    expect(analyze(data)).toEqual({
      fields: 'absent',
      statuses: 'absent',
      roles: 'absent',
      query: 'absent',
      omitted: 0,
    });
  });
});

describe('a schema', () => {
  it('as the exporter assumes it is only good news', () => {
    expect(findings(ASSUMED_SCHEMA)).toEqual([
      { kind: 'works', understood: true, text: 'The schema has all requested fields, and every status has a class.' },
    ]);
  });

  it('with a status of no class is not reported to work', () => {
    expect(findings(schemaWith({ statuses: ['ACTIVE', 'ODD'] }))).toEqual([]);
  });

  it.each(['name', 'description', 'role', 'status', 'createdAt', 'expiresAt'])(
    'without the field %s is a problem',
    (name) => {
      const found = about(`has no field ${name}`, schemaWith({ fields: { [name]: undefined } }));
      expect(found).toMatchObject({ kind: 'problem', understood: false });
    },
  );

  it.each([
    ['name', 'String', 'empty name'],
    ['role', 'TokenRole', 'empty role'],
    ['status', 'TokenStatus', 'assumes that such a token works'],
    ['createdAt', 'DateTime', 'without its creation'],
    ['expiresAt', 'DateTime', 'not as "never expires"'],
  ])('with a nullable %s is a note that says what null means', (name, type, meaning) => {
    const found = about(`The field ${name} may be null`, schemaWith({ fields: { [name]: nullable(type) } }));
    expect(found).toMatchObject({ kind: 'note', understood: true, text: expect.stringContaining(meaning) });
  });

  it.each([
    ['id', 'tokens of the same name'],
    ['uuid', 'tokens of the same name'],
    ['tokenId', 'tokens of the same name'],
    ['lastUsedAt', 'still in use'],
    ['lastUsed', 'still in use'],
    ['last_used_at', 'still in use'],
    ['revokedAt', 'stopped working'],
    ['deletedAt', 'stopped working'],
    ['createdBy', 'to whom'],
  ])('with the useful field %s is to be reported', (name, use) => {
    const found = about(`the field ${name} (ID!)`, schemaWith({ fields: { [name]: nonNull('ID') } }));
    expect(found).toMatchObject({ kind: 'report', understood: true, text: expect.stringContaining(use) });
  });

  it('with other further fields names them in one note', () => {
    const data = schemaWith({ fields: { color: nullable('String'), hidden: nullable('String') } });
    expect(about('these fields either', data).text).toContain('color, hidden.');
  });

  it.each(['limit', 'offset', 'first', 'after', 'page', 'pageSize', 'page_token', 'cursor'])(
    'whose query can be paged by %s is a problem, because the list may not be complete',
    (name) => {
      const found = about('arguments for paging', schemaWith({ args: [[name, nullable('Int')]] }));
      expect(found).toMatchObject({ kind: 'problem', understood: false, text: expect.stringContaining(`(${name})`) });
    },
  );

  it('whose query has other arguments is a note', () => {
    const found = about('arguments that', schemaWith({ args: [['includeRevoked', nullable('Boolean')]] }));
    expect(found).toMatchObject({
      kind: 'note',
      understood: true,
      text: expect.stringContaining('includeRevoked: Boolean'),
    });
  });

  it.each([
    ['LocalDateTime', 'has no zone'],
    ['String', 'not DateTime'],
    ['Moment', 'not DateTime'],
  ])('with dates of the type %s is a note', (type, words) => {
    const found = about('The type of expiresAt', schemaWith({ fields: { expiresAt: nonNull(type) } }));
    expect(found).toMatchObject({ kind: 'note', understood: true, text: expect.stringContaining(words) });
  });

  it('whose statuses have another type is to be reported', () => {
    const data = schemaWith({ fields: { status: nonNull('AccessStatus') } });
    expect(about('The type of status is AccessStatus!', data)).toMatchObject({ kind: 'report', understood: true });
  });

  it('whose query returns pages instead of a list is a problem', () => {
    const data = { query: { fields: [{ name: 'viewPersonalAccessTokens', type: nullable('TokenPage'), args: [] }] } };
    expect(about('returns TokenPage', data)).toMatchObject({ kind: 'problem', understood: false });
  });

  it('with a deprecated field is to be reported', () => {
    const fields = ASSUMED_SCHEMA.token.fields.map((field) => ({ ...field, isDeprecated: field.name === 'status' }));
    const found = about('status is deprecated', { ...ASSUMED_SCHEMA, token: { kind: 'OBJECT', fields } });
    expect(found).toMatchObject({ kind: 'report', understood: true });
  });

  it('that does not contain a type of that name is to be reported', () => {
    const found = about('the type TokenStatus', { ...ASSUMED_SCHEMA, status: null });
    expect(found).toMatchObject({ kind: 'report', text: expect.stringContaining('another name') });
  });

  it('is not understood only if the missing type is that of the statuses', () => {
    expect(about('the type TokenStatus', { ...ASSUMED_SCHEMA, status: null }).understood).toBe(false);
    expect(about('the type TokenRole', { ...ASSUMED_SCHEMA, role: null }).understood).toBe(true);
  });

  it('of which a part is missing from the response is described as far as it goes', () => {
    const { status: _, ...rest } = ASSUMED_SCHEMA;
    expect(about('TokenStatus', rest)).toMatchObject({ kind: 'note', understood: true });
  });

  it('with a name that is part of the credential is still recognized', () => {
    const options = { classifyStatus, masking: createMasking(['xx-createdAt-xx'], { showNames: false }) };
    const schema = analyzeSchema(ASSUMED_SCHEMA, options) as SchemaAnalysis;
    expect(JSON.stringify(schema.fields)).toContain('may be part of the credential');
    expect(schemaFindings(schema)).toMatchObject([{ kind: 'works' }]);
  });

  it('with more values than can be shown is not understood', () => {
    const data = schemaWith({ statuses: Array.from({ length: 60 }, (_, n) => `S${n}`) });
    expect(analyze(data)).toMatchObject({ statuses: { length: 50 }, omitted: 10 });
    expect(about('10 more fields or values', data).understood).toBe(false);
  });

  it('with more values than can be shown is limited before its values are inspected', () => {
    let inspected = 0;
    const counting = { ...masking, word: (value: string) => masking.word(value + (inspected++ && '')) };
    analyzeSchema(schemaWith({ statuses: Array.from({ length: 16_667 }, (_, n) => `S${n}`) }), {
      classifyStatus,
      masking: counting,
    });
    expect(inspected).toBeLessThan(100);
  });
});

it.each([undefined, null, 5, 'data', [], {}, { token: 1, status: [], role: {}, query: { fields: null } }])(
  'data of another shape says nothing about the schema: %j',
  (data) => {
    expect(analyzeSchema(data, { classifyStatus, masking })).toBeUndefined();
  },
);

it('no JSON in place of a part of the schema makes the analysis throw', () => {
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof({ depthSize: 'medium' }, fc.jsonValue(), tie('type'), fc.array(tie('value'), { maxLength: 3 })),
    type: fc.record(
      {
        kind: fc.constantFrom('NON_NULL', 'LIST', 'ENUM', 1),
        name: fc.oneof(fc.string(), fc.constantFrom('viewPersonalAccessTokens', 'status', null)),
        fields: tie('value'),
        enumValues: tie('value'),
        type: tie('value'),
        ofType: tie('value'),
        args: tie('value'),
      },
      { requiredKeys: [] },
    ),
  }));
  fc.assert(
    fc.property(fc.record({ token: value, status: value, role: value, query: value }, { requiredKeys: [] }), (data) => {
      const schema = analyzeSchema(data, { classifyStatus, masking });
      if (schema !== undefined) for (const { text } of schemaFindings(schema)) expect(text).toMatch(/\.$/);
    }),
  );
});
