import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { REPOSITORY, repositoryFiles } from '../../support/repository.ts';

/** Everything that people read, except this test: sources, tests and tools, documentation, alerts and dashboard. */
const READ =
  /^(?!test\/unit\/repository\/language\.test\.ts$)((src|demo|bench|soak|simulator|scripts|test)\/.*\.(ts|js|mjs)|docs\/.*\.(md|json)|deploy\/.*\.md|\.github\/.*\.(md|yml)|(README|CONTRIBUTING|CHANGELOG|SECURITY)\.md|alerts\/.*\.yml|grafana\/dashboard\/.*\.ts)$/;

/** Beginnings of paths. `READ` matches at least one file of each. */
const PLACES = [
  ...['src/', 'demo/', 'bench/', 'soak/', 'simulator/', 'scripts/', 'test/', 'docs/', 'docs/check.schema.json'],
  ...['deploy/', '.github/ISSUE_TEMPLATE/', '.github/workflows/', '.github/pull_request_template.md', 'alerts/'],
  ...['grafana/', 'README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md'],
];

/** Idioms that this project once used, and what an engineer of the field writes. A space is any gap, also in comments. */
const IDIOMS: readonly (readonly [idiom: string, instead: string])[] = [
  ['anew', 'again'],
  ['lest', 'so that … not; to avoid'],
  ['mend(?:s|ed|ing)?', 'fix'],
  ['who(?:m|so)?ever', 'name the actor: the operator, the client, Prometheus'],
  ['(?:somebody|anybody|everybody)', 'name the actor: the operator, the on-call engineer, the client'],
  // The user of that name is fine, also in a quoted string or a query.
  ['(?<![`\'":/=]|user )nobody(?![`\'":])', 'say what does not happen: no alert fires, the client does not read'],
  ['(?:is|are|was|were|be|been|being) told(?! apart)', 'receives; is notified; is reported'],
  ['(?:tells?|telling|told) of', 'reports; logs; shows'],
  // "Two of which" is fine.
  ['(?<=[,;:] )of which', 'start a new sentence; "one of them"'],
  ['alike', 'in the same way; both'],
  ['by (?:itself|themselves)', 'automatically; on its own'],
  ['for (?:its|their) (?:own )?sake', 'give the reason'],
  ['front door', 'web configuration; server'],
  ['lately', 'recently'],
  ['in vain', 'without success; failed'],
  // A status of that name is fine in a quoted string.
  ['(?!(?<=[`\'"])lapsed[`\'"])laps(?:es?|ed|ing)', 'expire'],
  ['(?:its|their) turn', 'yield to the event loop; a free slot'],
  ['so many', 'the number; too many'],
  [
    '(?<!there )(?:is|are) no (?!(?:longer|more|less|other|larger|smaller|later|older|newer|different)\\b)\\w+',
    '"is not a …"',
  ],
  ['honestly', 'leave it out'],
  ['as (?:it|they|things) stands?', 'unchanged; currently'],
  ['patience', 'timeout'],
  ['turned away', 'rejected'],
  ['seldom', 'rarely; infrequent'],
  ['at once', 'concurrently; immediately; in one run'],
  ['in force', 'applied; in use'],
  ['(?:takes?|took|taken) (?:it|them) for(?! granted)', 'treat as'],
];

/** White space, with the mark that begins the next line of a comment or a quotation. */
const GAP = '\\s+(?:(?:\\*|//|#|>)\\s+)?';

const PATTERNS = IDIOMS.map(([idiom, instead]) => ({
  pattern: new RegExp(`(?<![\\w-])${idiom.replaceAll(' ', GAP)}${/\w$|\)$/.test(idiom) ? '(?![\\w-])' : ''}`, 'gi'),
  instead,
}));

/** The idioms in a text, each as `LINE: "PHRASE"; write: …`. */
function idioms(text: string): string[] {
  return PATTERNS.flatMap(({ pattern, instead }) =>
    [...text.matchAll(pattern)].map(({ 0: phrase, index }) => {
      const line = text.slice(0, index).split('\n').length;
      return `${line}: "${phrase.replaceAll(new RegExp(GAP, 'g'), ' ')}"; write: ${instead}`;
    }),
  );
}

describe('the language of the project', () => {
  const files = repositoryFiles(READ);

  it('has files to check in every place', () => {
    for (const place of PLACES) {
      expect(
        files.some((file) => file.startsWith(place)),
        place,
      ).toBe(true);
    }
  });

  it('contains none of the old idioms', () => {
    const found = files.flatMap((file) =>
      idioms(readFileSync(new URL(file, REPOSITORY), 'utf8')).map((idiom) => `${file}:${idiom}`),
    );
    expect(found.join('\n')).toBe('');
  });
});

describe('the check of the language', () => {
  it.each([
    'The file is read anew.',
    'Lest a token is lost',
    'once it is mended',
    'Whoever scrapes it',
    'nobody is told',
    'the operator is told',
    'The page tells of it.',
    'three accounts, of which the first',
    'both are treated alike',
    'it ends by itself',
    'a token lapses',
    'This is no flag of the program.',
    'This is no problem',
    'all accounts at\n * once',
    'the configuration in force',
    'The rules take them for successors.',
    '// until\n// lately',
  ])('rejects %j', (text) => {
    expect(idioms(text)).toHaveLength(text === 'nobody is told' ? 2 : 1);
  });

  it.each([
    'We recommend the amended rule.',
    'a command, a comment and the environment',
    'the time that has elapsed',
    'two accounts, two of which failed',
    'It tells the two apart; the others cannot be told apart.',
    'There is no token, and if there\n * is no account either',
    'The account is no longer read, and there are no more tokens.',
    'The heap is no larger; the delay is no longer than a second.',
    'The image runs as user nobody, `nobody` or nobody:nogroup.',
    "request(app).get('/probe?account=nobody'); user: 'nobody'",
    'The latest release, and the blast radius',
    'Run it on its own, at most once.',
    "EXPIRED: ['LAPSED', 'OUTDATED']",
  ])('accepts %j', (text) => {
    expect(idioms(text)).toEqual([]);
  });

  it('names line, phrase and replacement', () => {
    expect(idioms('One.\nRead it anew.')).toEqual(['2: "anew"; write: again']);
  });
});
