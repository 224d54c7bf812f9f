import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SETTINGS } from '../../src/config/settings.ts';
import {
  documentedCommands,
  PAGES,
  RUN_COMMANDS,
  statesRequirements,
  TESTED_ELSEWHERE,
} from '../support/documented-commands.ts';
import { indentedCode, readMarkdown } from '../support/markdown.ts';
import { REPOSITORY } from '../support/repository.ts';

const read = (file: string): string => readFileSync(new URL(file, REPOSITORY), 'utf8');
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

/** `sh` is what is run; a language that is not here would not be looked at by anybody. */
const LANGUAGES = ['sh', 'text', 'yaml', 'json', 'promql', 'ini', 'mermaid', 'nginx', 'graphql'];

const commands = documentedCommands();
const ways = [...RUN_COMMANDS, ...Object.values(TESTED_ELSEWHERE)];
const isRun = (code: string): boolean => ways.some((way) => way.commands.test(code));

describe('the commands of the documentation', () => {
  it('are run by a test, or say in words what they need', () => {
    const left = commands.filter((block) => !isRun(block.code) && !statesRequirements(block));
    expect(left.map(({ file, line, code }) => `${file}:${line}: ${code}`)).toEqual([]);
  });

  it('say that they need a real account when they talk to Point One', () => {
    const calls = commands.filter(({ code }) => /pointonenav\.com|export POINTONE_API_TOKEN/.test(code));
    expect(calls).not.toEqual([]);
    expect(calls.filter((block) => !statesRequirements(block)).map(({ file, line }) => `${file}:${line}`)).toEqual([]);
  });

  it.each(ways.map((way) => [String(way.commands), way] as const))('has commands like %s', (_pattern, way) => {
    expect(commands.some(({ code }) => way.commands.test(code))).toBe(true);
  });

  it.each(Object.values(TESTED_ELSEWHERE))('$test is there', ({ test }) => {
    expect(existsSync(new URL(test, REPOSITORY))).toBe(true);
  });
});

describe.each(PAGES)('%s', (file) => {
  const page = readMarkdown(read(file));

  it('says of every block of code what it is', () => {
    expect(page.blocks.filter(({ language }) => !LANGUAGES.includes(language))).toEqual([]);
    expect(indentedCode(page)).toEqual([]);
  });

  it('names scripts that package.json has', () => {
    const named = [...read(file).matchAll(/\bnpm run (?:--silent )?([a-z][\w:-]*)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  });

  it('names flags that the program has', () => {
    const flags: readonly string[] = Object.values(SETTINGS).map(({ flag }) => `--${flag}`);
    const named = read(file).match(/(?<![\w-])--(?:api|config|log|scrape|web)\.[a-z.-]*[a-z]/g) ?? [];
    expect(named.filter((name) => !flags.includes(name))).toEqual([]);
  });
});

describe('the reading of pages', () => {
  it('takes the words before a block, and those at the beginning of the page, for what it needs', () => {
    const block = { file: 'a.md', line: 1, language: 'sh', code: 'true' };
    expect(statesRequirements({ ...block, introduction: 'Needs a real account. Do this:', opening: '' })).toBe(true);
    expect(statesRequirements({ ...block, introduction: 'Do this:', opening: 'All of it needs a cluster.' })).toBe(
      true,
    );
    expect(statesRequirements({ ...block, introduction: 'Do this:', opening: 'All is well.' })).toBe(false);
    const docker = { ...block, code: 'docker run hello-world' };
    expect(statesRequirements({ ...docker, introduction: 'This needs Docker:', opening: '' })).toBe(true);
    expect(statesRequirements({ ...docker, introduction: 'This needs a real account:', opening: '' })).toBe(false);
  });

  it('finds blocks in lists, their introduction, and code that is only indented', () => {
    const page = readMarkdown(
      ['1. Do', '   this:', '', '   ```sh', '   a', '     b', '   ```', '', 'x', '', '    y'].join('\n'),
    );
    expect(page.blocks).toEqual([{ line: 4, language: 'sh', code: 'a\n  b', introduction: '1. Do this:' }]);
    expect(indentedCode(page)).toEqual(['    y']);
  });
});
