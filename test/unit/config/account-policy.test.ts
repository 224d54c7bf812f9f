import { describe, expect, it } from 'vitest';
import { readAccountsFile } from '../../../src/config/accounts-file.ts';
import { DAY_MS } from '../../../src/model/instant.ts';

const DEFAULTS = {
  endpoint: new URL('https://api.example/graphql'),
  timeoutMs: 10_000,
  allowHttp: false,
  thresholds: { warning: 14 * DAY_MS, warning_lifetime: 0.25, critical: 3 * DAY_MS, critical_lifetime: 0.1 },
};

/** Reads a file with one account and additional lines, which begin at line 4. */
function read(...lines: string[]) {
  const account = ['accounts:', '  - name: eu', '    token_file: eu', ...lines.map((line) => `    ${line}`)];
  return readAccountsFile('accounts.yml', account.join('\n'), DEFAULTS, {});
}

function problems(...lines: string[]): string[] {
  return read(...lines).problems.map(({ location, message }) => `${location}: ${message}`);
}

const thresholds = (warningDays: number, warningShare: number, criticalDays: number, criticalShare: number) => ({
  warning: { leftMs: warningDays * DAY_MS, lifetimeShare: warningShare },
  critical: { leftMs: criticalDays * DAY_MS, lifetimeShare: criticalShare },
});

describe('the policy of an account', () => {
  it('has the thresholds of the account, and those of names inherit from it', () => {
    const { accounts, problems: found } = read(
      'urgency:',
      '  warning: 30d',
      '  critical_lifetime: 5%',
      '  names:',
      '    caster: { warning: 60d, critical: 14d }',
      '    "7": { warning_lifetime: 100% }',
    );
    expect(found).toEqual([]);
    expect(accounts[0]?.policy).toEqual({
      tokenNames: [],
      thresholds: thresholds(30, 0.25, 3, 0.05),
      names: [
        { name: 'caster', thresholds: thresholds(60, 0.25, 14, 0.05) },
        { name: '7', thresholds: thresholds(30, 1, 3, 0.05) },
      ],
    });
  });

  it('has the names that follow each other, in the order of the file', () => {
    const { accounts, problems: found } = read(
      'token_names:',
      '  - { name: caster-ingest, match: [caster-ingest, "caster-ingest-*"] }',
      '  - { name: caster, match: ["caster-?"] }',
    );
    expect(found).toEqual([]);
    expect(accounts[0]?.policy.tokenNames).toEqual([
      { name: 'caster-ingest', match: ['caster-ingest', 'caster-ingest-*'] },
      { name: 'caster', match: ['caster-?'] },
    ]);
  });

  it('may name a group whose patterns do not match its own name', () => {
    const names = ['token_names: [{ name: ingest, match: [caster-*] }, { name: rest, match: ["*"] }]'];
    const uses = ['expected_tokens: [{ name: ingest }]', 'urgency: { names: { ingest: { warning: 30d } } }'];
    expect(problems(...names, ...uses)).toEqual([]);
  });

  it('may have patterns that overlap, if the later one can match another name', () => {
    const lines = [
      'token_names:',
      '  - { name: "a*", match: ["a-?", "ab", "ab"] }',
      '  - { name: b, match: ["a-*", "?b"] }',
    ];
    expect(problems(...lines, 'urgency: { names: { "a*": { warning: 30d } } }')).toEqual([]);
  });

  it('can be shared by several accounts with merge keys', () => {
    const lines = [
      'x-policy: &policy',
      '  urgency: { names: { caster: { warning: 60d } } }',
      'accounts:',
      '  - { name: eu, token_file: eu, <<: *policy }',
      '  - { name: us, token_file: us, <<: *policy }',
    ];
    const { accounts, problems: found } = readAccountsFile('accounts.yml', lines.join('\n'), DEFAULTS, {});
    expect(found).toEqual([]);
    expect(accounts.map(({ policy }) => policy.names[0]?.thresholds)).toEqual(
      Array(2).fill(thresholds(60, 0.25, 3, 0.1)),
    );
  });
});

describe('a problem is reported with its line for', () => {
  it.each<[string, string[], string]>([
    [
      'a threshold for warnings below the one for critical tokens',
      ['urgency:', '  critical: 5d', '  warning: 4d'],
      '6: accounts[0].urgency.warning: the threshold for warnings is below the one for critical tokens; raise warning or lower critical',
    ],
    [
      'a threshold for critical tokens above the inherited one for warnings',
      ['urgency:', '  critical: 15d'],
      '5: accounts[0].urgency.critical: the threshold for warnings is below the one for critical tokens; raise warning or lower critical',
    ],
    [
      'a share for warnings below the one for critical tokens',
      ['urgency: { warning_lifetime: 5% }'],
      '4: accounts[0].urgency.warning_lifetime: the threshold for warnings is below the one for critical tokens; raise warning_lifetime or lower critical_lifetime',
    ],
    [
      'a threshold of a name below the one of its account',
      ['urgency:', '  critical: 10d', '  names:', '    caster:', '      warning: 9d'],
      '8: accounts[0].urgency.names.caster.warning: the threshold for warnings is below the one for critical tokens; raise warning or lower critical',
    ],
    [
      'a wrong threshold of the account once, although its names inherit it',
      ['urgency:', '  warning: 2d', '  names: { caster: { warning_lifetime: 50% } }'],
      '5: accounts[0].urgency.warning: the threshold for warnings is below the one for critical tokens; raise warning or lower critical',
    ],
    [
      'an invalid threshold, which is not compared',
      ['urgency: { warning: soon, critical: 15d }'],
      '4: accounts[0].urgency.warning: invalid value "soon"; expected a duration from 0 to 10y, such as 14d or 1d12h',
    ],
    [
      'a threshold without a unit',
      ['urgency: { warning: 30 }'],
      '4: accounts[0].urgency.warning: must be a string (got number); expected a duration from 0 to 10y, such as 14d or 1d12h',
    ],
    [
      'a share without a percent sign',
      ['urgency: { warning_lifetime: "0.25" }'],
      '4: accounts[0].urgency.warning_lifetime: invalid value "0.25"; expected a percentage from 0% to 100%, such as 25%',
    ],
    [
      'a misspelled threshold',
      ['urgency: { waning: 30d }'],
      '4: accounts[0].urgency: unknown key "waning"; did you mean warning?',
    ],
    [
      'urgency that is not a mapping',
      ['urgency: 30d'],
      '4: accounts[0].urgency: must be a mapping with the keys warning, warning_lifetime, critical, critical_lifetime, names; write a colon and a space between key and value',
    ],
    [
      'names that are a list',
      ['urgency: { names: [caster] }'],
      '4: accounts[0].urgency.names: must be a mapping with names of tokens, each with thresholds',
    ],
    [
      'a name that YAML reads as a number',
      ['urgency:', '  names:', '    7: { warning: 30d }'],
      '6: accounts[0].urgency.names.7: must be a string; quote it (got number); expected a non-empty string',
    ],
    [
      'a name without thresholds',
      ['urgency:', '  names:', '    caster: 30d'],
      '6: accounts[0].urgency.names.caster: must be a mapping with the keys warning, warning_lifetime, critical, critical_lifetime; write a colon and a space between key and value',
    ],
    [
      'a misspelled token_names',
      ['token_name: []'],
      '4: accounts[0]: unknown key "token_name"; did you mean token_names?',
    ],
    [
      'token names that are a mapping',
      ['token_names: { caster: "caster-*" }'],
      '4: accounts[0].token_names: must be a list of names, each with a name and a list match of patterns; begin each item with a dash',
    ],
    [
      'token names without a name',
      ['token_names: [{ match: [a] }]'],
      '4: accounts[0].token_names[0]: name is missing; expected the name that the tokens share',
    ],
    [
      'token names without patterns',
      ['token_names: [{ name: a }]'],
      '4: accounts[0].token_names[0]: match is missing; expected a list of names or patterns of tokens',
    ],
    [
      'a misspelled match',
      ['token_names: [{ name: a, mtach: [a] }]'],
      '4: accounts[0].token_names[0]: unknown key "mtach"; did you mean match?',
    ],
    [
      'an empty list of patterns',
      ['token_names: [{ name: a, match: [] }]'],
      '4: accounts[0].token_names[0].match: must not be empty; expected names or patterns, such as "caster-ingest-*"',
    ],
    [
      'a pattern that is not in a list',
      ['token_names: [{ name: a, match: a }]'],
      '4: accounts[0].token_names[0].match: must be a list of names or patterns, such as "caster-ingest-*"; begin each item with a dash',
    ],
    [
      'an empty pattern',
      ['token_names: [{ name: a, match: [""] }]'],
      '4: accounts[0].token_names[0].match[0]: must not be empty',
    ],
    [
      'a name of token_names that is used twice',
      ['token_names:', '  - { name: a, match: [a] }', '  - { name: a, match: [b] }'],
      '6: accounts[0].token_names[1].name: "a" is already used at accounts.yml:5; add the patterns there',
    ],
    ...['caster-[12]', 'caster-{1,2}', 'caster-\\*', '1]', '}'].map((pattern): [string, string[], string] => [
      `the pattern ${pattern}, whose syntax is not supported`,
      [`token_names: [{ name: a, match: ['${pattern}'] }]`],
      `4: accounts[0].token_names[0].match[0]: the only wildcards are * (any number of characters) and ? (one character); replace ${/[[\]{}\\]/.exec(pattern)?.[0]} by ? or list several patterns`,
    ]),
    [
      'a pattern that an earlier group also has',
      ['token_names:', '  - { name: a, match: [x, "a-*?"] }', '  - { name: b, match: ["b-*", "a-*?"] }'],
      '6: accounts[0].token_names[1].match[1]: never applies, because "a-*?" of an earlier group (accounts.yml:5) matches first; remove it or move its group up',
    ],
    [
      'a pattern behind one that matches everything',
      ['token_names:', '  - { name: a, match: ["*"] }', '  - { name: b, match: ["b-*?"] }'],
      '6: accounts[0].token_names[1].match[0]: never applies, because "*" of an earlier group (accounts.yml:5) matches first; remove it or move its group up',
    ],
    [
      'a name that a pattern of an earlier group matches',
      ['token_names:', '  - { name: a, match: ["caster-?"] }', '  - { name: b, match: [caster-2] }'],
      '6: accounts[0].token_names[1].match[0]: never applies, because "caster-?" of an earlier group (accounts.yml:5) matches first; remove it or move its group up',
    ],
    ...['*', 'caster-?'].map((name): [string, string[], string] => [
      `thresholds of ${name}, which is a pattern and not a name`,
      ['urgency:', '  names:', `    "${name}": { warning: 30d }`],
      `6: accounts[0].urgency.names.${name}: names have no wildcards; give the tokens one name with token_names, and use that name here`,
    ]),
    [
      'an expected token that token_names counts as another one',
      ['token_names: [{ name: caster, match: ["caster-*"] }]', 'expected_tokens:', '  - name: caster-2'],
      '6: accounts[0].expected_tokens[0].name: token_names counts "caster-2" as "caster"; expected "caster"',
    ],
    [
      'thresholds of a name that token_names counts as another one',
      ['token_names: [{ name: caster, match: ["caster-*"] }]', 'urgency: { names: { caster-2: { warning: 30d } } }'],
      '5: accounts[0].urgency.names.caster-2: token_names counts "caster-2" as "caster"; expected "caster"',
    ],
  ])('%s', (_description, lines, problem) => {
    expect(problems(...lines)).toEqual([`accounts.yml:${problem}`]);
  });
});
