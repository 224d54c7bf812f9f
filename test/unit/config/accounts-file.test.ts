import { describe, expect, it } from 'vitest';
import { readAccountsFile } from '../../../src/config/accounts-file.ts';

const TOKEN = 'eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjE3NzIzNTU2MDB9.c2lnbmF0dXJl';
const DEFAULTS = { endpoint: new URL('https://api.example/graphql'), timeoutMs: 10_000, allowHttp: false };

function read(lines: readonly string[], environment: Record<string, string> = {}, defaults = DEFAULTS) {
  return readAccountsFile('/etc/pointone/accounts.yml', lines.join('\n'), defaults, environment);
}

/** Returns the problems as `line: message`. */
function problems(lines: readonly string[], environment: Record<string, string> = {}): string[] {
  return read(lines, environment).problems.map(({ location, message }) => {
    expect(location).toMatch(/^\/etc\/pointone\/accounts\.yml:\d+$/);
    return `${location.slice(location.lastIndexOf(':') + 1)}: ${message}`;
  });
}

/** Returns a file with one account and additional lines. */
function account(...lines: string[]): string[] {
  return ['accounts:', '  - name: eu', '    token_file: eu', ...lines.map((line) => `    ${line}`)];
}

describe('an accounts file', () => {
  it('uses the defaults for settings that are not set', () => {
    expect(read(account())).toEqual({
      accounts: [
        {
          name: 'eu',
          endpoint: DEFAULTS.endpoint,
          timeoutMs: 10_000,
          credential: { kind: 'file', path: '/etc/pointone/eu' },
          expected: [],
        },
      ],
      usesDefaultEndpoint: true,
      tokenVariables: new Set(),
      problems: [],
    });
  });

  it('lists accounts in file order, each with its own settings', () => {
    const { accounts, problems: found } = read(
      [
        'accounts:',
        '  - name: us',
        '    token_env: US_TOKEN',
        '    endpoint: https://us.example/graphql',
        '    timeout: 5s',
        '    expected_tokens:',
        '      - { name: caster-ingest, role: ROLE_READ_WRITE }',
        '      - name: caster-ingest',
        '  - name: eu',
        '    token_file: /run/secrets/eu',
      ],
      { US_TOKEN: ` ${TOKEN}\n` },
    );
    expect(found).toEqual([]);
    expect(accounts).toEqual([
      {
        name: 'us',
        endpoint: new URL('https://us.example/graphql'),
        timeoutMs: 5000,
        credential: { kind: 'variable', variable: 'US_TOKEN', value: TOKEN },
        expected: [
          { name: 'caster-ingest', role: 'ROLE_READ_WRITE' },
          { name: 'caster-ingest', role: undefined },
        ],
      },
      expect.objectContaining({ name: 'eu', credential: { kind: 'file', path: '/run/secrets/eu' } }),
    ]);
  });

  it('supports anchors, comments, a byte order mark and CRLF', () => {
    const text = [
      '\ufeff# comment',
      'accounts:',
      '  - name: &name eu # first',
      '    token_file: eu',
      '    expected_tokens: &both [{ name: a }]',
      '  - name: us',
      '    token_file: us',
      '    expected_tokens: *both',
    ];
    const { accounts, problems: found } = readAccountsFile('/x.yml', text.join('\r\n'), DEFAULTS, {});
    expect(found).toEqual([]);
    expect(accounts.map(({ name, expected }) => [name, expected])).toEqual([
      ['eu', [{ name: 'a', role: undefined }]],
      ['us', [{ name: 'a', role: undefined }]],
    ]);
  });

  it('merges mappings, also several and nested ones; own keys take precedence, then the first mapping', () => {
    const { accounts, problems: found } = read([
      'x-slow: &slow { timeout: 20s, expected_tokens: [{ name: a }] }',
      'x-eu: &eu',
      '  <<: *slow',
      '  endpoint: https://eu.example/graphql',
      '  timeout: 30s',
      'accounts:',
      '  - { name: own, token_file: a, timeout: 1s, <<: *eu }',
      '  - { <<: *eu, name: nested, token_file: b }',
      '  - name: first',
      '    token_file: c',
      '    <<: [*slow, *eu]',
    ]);
    expect(found).toEqual([]);
    const expected = [{ name: 'a', role: undefined }];
    const endpoint = new URL('https://eu.example/graphql');
    expect(accounts).toMatchObject([
      { name: 'own', timeoutMs: 1000, endpoint, expected },
      { name: 'nested', timeoutMs: 30_000, endpoint, expected },
      { name: 'first', timeoutMs: 20_000, endpoint, expected },
    ]);
  });

  it('ignores keys that begin with x-', () => {
    const lines = ['x-anything: [1, 2]', ...account('x-owner: team-a')];
    expect(read(lines)).toMatchObject({ accounts: [{ name: 'eu' }], problems: [] });
  });

  it('names the variables of all accounts, also of those with a problem', () => {
    const lines = ['accounts:', '  - token_env: A', '  - name: b', '    token_env: B'];
    expect(read(lines, { B: 'x' }).tokenVariables).toEqual(new Set(['A', 'B']));
    expect(read(['accounts: [', '  }']).tokenVariables).toBeUndefined();
  });

  it('accepts JSON', () => {
    const json = JSON.stringify({ accounts: [{ name: 'eu', token_file: 'eu' }] });
    expect(read([json])).toMatchObject({ accounts: [{ name: 'eu' }], problems: [] });
  });

  it('accepts an empty list of accounts', () => {
    expect(read(['accounts: []'])).toEqual({
      accounts: [],
      usesDefaultEndpoint: false,
      tokenVariables: new Set(),
      problems: [],
    });
  });

  it('accepts plain HTTP to loopback, and elsewhere if it is allowed', () => {
    expect(read(account('endpoint: http://localhost:4000/')).problems).toEqual([]);
    expect(read(account('endpoint: http://api.example/'), {}, { ...DEFAULTS, allowHttp: true }).problems).toEqual([]);
  });

  it('makes account names well-formed', () => {
    expect(read(['accounts:', '  - name: "e\\ud800u"', '    token_file: eu']).accounts).toMatchObject([
      { name: 'e\ufffdu' },
    ]);
  });
});

describe('a problem is reported with its line for', () => {
  it.each<[string, string[], RegExp]>([
    ['an empty file', [''], /^1: the file is empty; expected .*accounts/],
    ['a file with only comments', ['# nothing', '# here'], /^1: the file is empty/],
    ['a file that is a list', ['- name: eu'], /^1: .*mapping/],
    ['a file that is a string', ['accounts'], /^1: .*mapping/],
    ['a file without accounts', ['{}'], /^1: accounts is missing/],
    ['accounts that are null', ['', 'accounts:'], /^2: accounts: must be a list/],
    ['accounts that are a mapping', ['accounts:', '  name: eu'], /^2: accounts: must be a list/],
    ['an undefined alias', ['accounts: *nothing'], /^1: /],
    ['invalid YAML', ['', 'accounts: [1'], /^\d: invalid YAML/],
    ['an unknown tag', ['accounts:', '  - name: eu', '    token_file: !vault eu'], /^3: .*tag/],
    ['a second document', ['accounts: []', '---', 'accounts: []'], /^2: invalid YAML: .*multiple/],
    ['a duplicate key', account('timeout: 1s', 'timeout: 2s'), /^5: invalid YAML: .*unique/],
    [
      'an unknown key at the top',
      ['account: []', 'accounts: []'],
      /^1: unknown key "account"; did you mean accounts\?/,
    ],
    [
      'an unknown key of an account',
      account('', 'tokenfile: x'),
      /^5: accounts\[0\]: unknown key "tokenfile".*token_file/,
    ],
    [
      'an unknown key of an expected token',
      account('expected_tokens:', '  - name: a', '    status: b'),
      /^6: .*unknown key "status".*role/,
    ],
    ['a quoted merge key, which is an ordinary key', account('"<<": { timeout: 1s }'), /^4: .*unknown key "<<"/],
    ['a merge key with a string', account('<<: eu'), /^4: the merge key << takes a mapping; expected <<: \*name/],
    [
      'a merge key that includes its own mapping',
      ['x-a: &a { <<: *a }', 'accounts:', '  - { name: eu, token_file: eu, <<: *a }'],
      /^1: the merge key << must not include the mapping that contains it/,
    ],
    [
      'an invalid value that two accounts merge',
      [
        'x-a: &a { timeout: soon }',
        'accounts:',
        '  - { name: eu, token_file: eu, <<: *a }',
        '  - { name: us, token_file: us, <<: *a }',
      ],
      /^1: accounts\[0\]\.timeout: invalid value "soon"/,
    ],
    ['a token', [...account().slice(0, 2), '    token: x'], /^3: .*secrets do not belong.*token_file.*token_env/],
    ['a misspelled token_file', [...account().slice(0, 2), '    tokenFile: x'], /^3: .*did you mean token_file\?/],
    [
      'accounts without a colon',
      ['accounts', '  - name: eu', '    token_file: eu'],
      /^1: invalid YAML: a colon.*missing/,
    ],
    [
      'a key without a colon',
      ['accounts:', '  - name: eu', '    token_file eu'],
      /^3: invalid YAML: a colon is missing/,
    ],
    ['a colon without a space', ['accounts:', '  - name:eu'], /^2: .*write a colon and a space/],
    ['a missing dash', ['accounts:', '  - name: eu', '   token_file: x'], /^3: invalid YAML: .*indentation.*dash/],
    ['a tab', ['accounts:', '\t- name: eu'], /^2: invalid YAML: tabs .*spaces/],
    ['a ~', [...account().slice(0, 2), '    token_file: ~/eu'], /^3: .*token_file: ~ is not expanded/],
    ['a variable', [...account().slice(0, 2), '    token_file: $HOME/eu'], /^3: .*token_file: .*not expanded/],
    ['a key that is a list', account('? [a]', ': b'), /^4: .*unknown key/],
    ['an account that is a string', ['accounts:', '  - eu'], /^2: accounts\[0\]: must be a mapping/],
    ['an account that is null', ['accounts:', '  -'], /^2: accounts\[0\]: must be a mapping/],
    ['an account without a name', ['accounts:', '  - token_file: eu'], /^2: accounts\[0\]: name is missing/],
    ['an empty name', ['accounts:', '  - token_file: eu', "    name: ''"], /^3: accounts\[0\]\.name: .*empty/],
    [
      'a name that is null',
      ['accounts:', '  - token_file: eu', '    name:'],
      /^3: accounts\[0\]\.name: must be a string; expected/,
    ],
    [
      'a name that is a number',
      ['accounts:', '  - token_file: eu', '    name: 7'],
      /^3: accounts\[0\]\.name: must be a string; quote it \(got (number|boolean)\)/,
    ],
    [
      'a name that is a boolean',
      ['accounts:', '  - token_file: eu', '    name: true'],
      /^3: accounts\[0\]\.name: must be a string; quote it \(got (number|boolean)\)/,
    ],
    [
      'a name that is a list',
      ['accounts:', '  - token_file: eu', '    name: [eu]'],
      /^3: accounts\[0\]\.name: must be a string; expected/,
    ],
    ['an account without a credential', ['accounts:', '  - name: eu'], /^2: accounts\[0\]: .*token_file.*token_env/],
    [
      'an account with two credentials',
      account('token_env: EU'),
      /^4: .*token_env: cannot be combined with token_file/,
    ],
    ['an empty token_file', ['accounts:', '  - name: eu', '    token_file: ""'], /^3: .*token_file: .*empty/],
    [
      'a token_env that is not set',
      ['accounts:', '  - name: eu', '    token_env: EU'],
      /^3: .*token_env: .*EU is not set/,
    ],
    ['a token_env with a blank value', ['accounts:', '  - name: eu', '    token_env: BLANK'], /^3: .*BLANK is not set/],
    [
      'a token_env that is a property of every object',
      ['accounts:', '  - name: eu', '    token_env: constructor'],
      /^3: .*constructor is not set/,
    ],
    [
      'a token_env that is not a variable name',
      ['accounts:', '  - name: eu', '    token_env: A-B'],
      /^3: .*token_env: /,
    ],
    ['an endpoint that is not a URL', account('endpoint: api.example'), /^4: accounts\[0\]\.endpoint: .*https:/],
    ['a plain HTTP endpoint', account('endpoint: http://api.example/'), /^4: accounts\[0\]\.endpoint: .*plaintext/],
    ['an endpoint with a password', account('endpoint: https://u:hunter2@api.example/'), /^4: (?!.*hunter2).*password/],
    ['a timeout without a unit', account('timeout: "5"'), /^4: accounts\[0\]\.timeout: invalid value "5"; .*10s/],
    [
      'a timeout that is a number',
      account('timeout: 5'),
      /^4: accounts\[0\]\.timeout: must be a string \(got number\); expected a duration/,
    ],
    ['a timeout out of range', account('timeout: 1h'), /^4: accounts\[0\]\.timeout: /],
    ['expected tokens that are not a list', account('expected_tokens: a'), /^4: .*expected_tokens: must be a list/],
    [
      'an expected token that is a string',
      account('expected_tokens: [a]'),
      /^4: .*expected_tokens\[0\]: must be a mapping/,
    ],
    [
      'an expected token without a name',
      account('expected_tokens:', '  - role: R'),
      /^5: .*expected_tokens\[0\]: name is missing/,
    ],
    [
      'an expected token with an empty role',
      account('expected_tokens:', '  - name: a', '    role: ""'),
      /^6: .*role: .*empty/,
    ],
    [
      'a duplicate expected token',
      account('expected_tokens:', '  - { name: a, role: R }', '  - { name: a }', '  - { role: R, name: a }'),
      /^7: .*expected_tokens\[2\]: duplicates/,
    ],
  ])('%s', (_description, lines, problem) => {
    expect(problems(lines, { BLANK: ' \n' })).toEqual([expect.stringMatching(problem)]);
  });

  it('a duplicate name, with the location of the first use', () => {
    expect(problems([...account(), '  - name: eu', '    token_file: b'])).toEqual([
      expect.stringMatching(/^4: accounts\[1\]\.name: "eu" is already used at .*accounts\.yml:2/),
    ]);
  });

  it('two names that are equal after they are made well-formed', () => {
    const lines = ['- { name: "\\ud800", token_file: a }', '- { name: "\\udfff", token_file: b }'];
    expect(problems(['accounts:', ...lines])).toEqual([expect.stringMatching(/^3: .*already used/)]);
  });
});

it('all problems are reported together, including those of later accounts', () => {
  const lines = [
    'version: 2',
    'accounts:',
    '  - token_env: EU',
    '    timeout: soon',
    '    endpoint: nowhere',
    '    expected_tokens: [{}]',
    '  - us',
    '  - name: asia',
    '    role: x',
  ];
  expect(
    problems(lines)
      .map((problem) => problem.split(':', 1)[0])
      .sort(),
  ).toEqual(['1', '3', '3', '4', '5', '6', '7', '8', '9']);
});

describe('a misplaced token', () => {
  it.each<[string, string[]]>([
    ['as token_file', ['accounts:', '  - name: eu', `    token_file: ${TOKEN}`]],
    ['as token_env', ['accounts:', '  - name: eu', `    token_env: ${TOKEN}`]],
    ['as the value of an unknown key', account(`token: ${TOKEN}`)],
    ['as an account', ['accounts:', `  - ${TOKEN}`]],
    ['as the whole file', [TOKEN]],
    ['on a separate line', ['accounts: []', TOKEN]],
    ['before a bracket', ['accounts: }', TOKEN]],
    ['after a bracket', ['accounts:', '  - name: eu', `    token_file: }${TOKEN}`]],
    ['after a quoted string', ['accounts:', '  - name: eu', `    token_file: "x" ${TOKEN}`]],
    ['at the beginning of a block', ['accounts:', '  - name: eu', `    token_file: |${TOKEN}`]],
    ['under a list', ['- a', `b: ${TOKEN}`]],
    ['in quotes that are not closed', ['accounts:', '  - name: eu', `    token_file: "${TOKEN}`]],
    ['as a tag', ['accounts:', '  - name: eu', `    token_file: !${TOKEN}!x y`]],
  ])('%s is a problem that does not quote it', (_position, lines) => {
    const found = problems(lines);
    expect(found).not.toEqual([]);
    expect(found.join('\n')).not.toContain(TOKEN.slice(0, 20));
  });
});
