import { readFileSync } from 'node:fs';
import { type CodeBlock, MARKDOWN_FILES, readMarkdown } from './markdown.ts';
import { REPOSITORY } from './repository.ts';

/** A code block with commands in the documentation. */
export interface CommandBlock extends CodeBlock {
  readonly file: string;
  /** The text of the page before its first section, and the first paragraph of the block's section. */
  readonly opening: string;
}

/** The pages for users and contributors. */
export const PAGES = MARKDOWN_FILES.filter((file) => /^(docs|deploy)\/|^[A-Z]+\.md$/.test(file));

export function documentedCommands(): CommandBlock[] {
  return PAGES.flatMap((file) => {
    const { blocks, prose } = readMarkdown(readFileSync(new URL(file, REPOSITORY), 'utf8'));
    return blocks
      .filter(({ language }) => language === 'sh')
      .map((block) => ({ ...block, file, opening: openingOf(prose, block.line) }));
  });
}

function openingOf(prose: readonly string[], line: number): string {
  const isHeading = (text: string): boolean => /^#{2,} /.test(text);
  const first = prose.findIndex(isHeading);
  const page = prose.slice(0, first === -1 ? prose.length : first).filter((text) => text !== '');
  const section = prose.slice(prose.slice(0, line).findLastIndex(isHeading) + 1, line);
  const start = section.findIndex((text) => text !== '');
  const end = section.findIndex((text, index) => index > start && text === '');
  return [...page, ...section.slice(start, end === -1 ? section.length : end)].join(' ');
}

/** The requirements of commands that tests cannot run, in the words that the page must use. */
const REQUIREMENTS: readonly (readonly [commands: RegExp, words: string])[] = [
  [/^(docker|env .* docker) /m, 'Docker'],
  [/^kubectl /m, 'a cluster'],
  [/^systemctl |^systemd-run |\/etc\/systemd\//m, 'systemd'],
  [/^apt-get /m, 'root'],
  [/^gh attestation /m, 'a release'],
  [/^htpasswd /m, '`htpasswd`'],
  [/ --before /, 'a build of'],
  [/pointonenav\.com|\bexport POINTONE_API_TOKEN\b/, 'a real account'],
];

/** Reports whether the page states the requirements: before the block, or at the start of its section or of the page. */
export function statesRequirements({ code, introduction, opening }: CommandBlock): boolean {
  const stated = `${introduction} ${opening}`;
  const isStated = (words: string): boolean => new RegExp(`\\bneeds? ${words}`, 'i').test(stated);
  const needed = REQUIREMENTS.filter(([commands]) => commands.test(code)).map(([, words]) => words);
  return needed.length > 0 ? needed.every(isStated) : REQUIREMENTS.some(([, words]) => isStated(words));
}

/** Commands that test/process/docs-commands.test.ts runs unchanged until they exit. */
export interface CommandRun {
  /** Matches the commands. */
  readonly commands: RegExp;
  /** Matches their output. */
  readonly prints: RegExp;
  /** Appended to the commands so that they exit. */
  readonly added?: string;
}

export const RUN_COMMANDS: readonly CommandRun[] = [
  { commands: /^node dist\/main\.js metrics > pointone\.prom\.new/, prints: /^$/ },
  { commands: /^node dist\/main\.js check$/, prints: /^POINTONE OK - / },
  { commands: /^pointone-token-exporter check$/, prints: /^POINTONE OK - / },
  { commands: /^pointone-token-exporter diagnose$/, prints: /everything in it is understood\.$/m },
  { commands: /^pointone-token-exporter check .*> \S+ \|\| cat /, prints: /^$/ },
  { commands: /^pointone-token-exporter check --output=json > .*\njq /m, prints: /^$/ },
  { commands: /^pointone-token-exporter .*--config\.check$/, prints: /valid/ },
  { commands: /^pointone-token-exporter .*--web\.external-url=\S+$/, prints: /valid/, added: ' --config.check' },
  { commands: /^curl localhost:10210\/metrics$/, prints: /^pointone_up\{account="fleet-eu"\} 1$/m },
  { commands: /^curl -sS http:\/\/localhost:10210\/-\/healthy$/, prints: /healthy/i },
  {
    commands: /^kill -HUP "\$PID".*\ncurl -X POST http:\/\/localhost:10210\/-\/reload /,
    prints: /^reloaded: 1 account/,
  },
  {
    commands: /"query": "query \{ viewPersonalAccessTokens \{.*\n\s*\}'(?: \|\n\s*jq .*)?$/,
    prints: /^ {4}"viewPersonalAccessTokens"|^HTTP\/1\.1 200 /m,
  },
  {
    commands: /"query": "query \{ __type\(name: \\"TokenStatus\\"\) \{.*\n\s*\}' \|\n\s*jq .*$/,
    prints: /^HTTP\/1\.1 200 [\s\S]*"enumValues": \[\s*\{\s*"name": "\w+"/,
  },
  { commands: /^response=\$\(mktemp\).*\n[\s\S]*"query": "mutation /, prints: /^$/ },
  { commands: /^date -u$/, prints: /UTC/ },
  { commands: /^IFS= read -rs POINTONE_API_TOKEN$/, prints: /^$/ },
  { commands: /^unset POINTONE_API_TOKEN$/, prints: /^$/ },
];

/** Commands that a dedicated test runs. */
export const TESTED_ELSEWHERE = {
  demo: { commands: /^npm ci && npm run demo$/, test: 'test/process/demo.test.ts' },
  start: { commands: /^npm ci && npm run build\n.* && npm start$/m, test: 'test/process/docs-commands.test.ts' },
  bench: { commands: /^npm ci\nnpm run bench /, test: 'test/process/bench.test.ts' },
  silence: { commands: /^amtool silence add /, test: 'test/stack/docs-commands.test.ts' },
  urls: { commands: /^sed -i .*localhost:10210\/runbooks/, test: 'test/unit/repository/alert-urls.test.ts' },
  // Every test run executes this command.
  tests: { commands: /^npm ci && npm test$/, test: 'test/unit/repository/docs-commands.test.ts' },
} as const;

/** Returns the location and code of the matching command blocks. */
export function commandsMatching(pattern: RegExp): [location: string, code: string][] {
  return documentedCommands()
    .filter(({ code }) => pattern.test(code))
    .map(({ file, line, code }) => [`${file}:${line}`, code]);
}
