import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SETTINGS } from '../../../src/config/settings.ts';
import {
  documentedCommands,
  PAGES,
  RUN_COMMANDS,
  statesRequirements,
  TESTED_ELSEWHERE,
} from '../../support/documented-commands.ts';
import { indentedCode, readMarkdown } from '../../support/markdown.ts';
import { REPOSITORY } from '../../support/repository.ts';

const read = (file: string): string => readFileSync(new URL(file, REPOSITORY), 'utf8');
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

/** The allowed languages. Blocks of language `sh` are commands; these tests check no other language. */
const LANGUAGES = ['sh', 'text', 'yaml', 'json', 'promql', 'ini', 'mermaid', 'nginx', 'graphql'];

const commands = documentedCommands();
const testedCommands = [...RUN_COMMANDS, ...Object.values(TESTED_ELSEWHERE)];
const isTested = (code: string): boolean => testedCommands.some((tested) => tested.commands.test(code));

describe('the commands of the documentation', () => {
  it('are run by a test, or the page states their requirements', () => {
    const unexplained = commands.filter((block) => !isTested(block.code) && !statesRequirements(block));
    expect(unexplained.map(({ file, line, code }) => `${file}:${line}: ${code}`)).toEqual([]);
  });

  it('state that they need a real account if they call Point One', () => {
    const calls = commands.filter(({ code }) => /pointonenav\.com|export POINTONE_API_TOKEN/.test(code));
    expect(calls).not.toEqual([]);
    expect(calls.filter((block) => !statesRequirements(block)).map(({ file, line }) => `${file}:${line}`)).toEqual([]);
  });

  it.each(testedCommands.map((tested) => [String(tested.commands), tested] as const))(
    'include %s',
    (_pattern, tested) => {
      expect(commands.some(({ code }) => tested.commands.test(code))).toBe(true);
    },
  );

  it.each(Object.values(TESTED_ELSEWHERE))('are run by the existing file $test', ({ test }) => {
    expect(existsSync(new URL(test, REPOSITORY))).toBe(true);
  });
});

describe.each(PAGES)('%s', (file) => {
  const page = readMarkdown(read(file));

  it('gives every code block a known language', () => {
    expect(page.blocks.filter(({ language }) => !LANGUAGES.includes(language))).toEqual([]);
    expect(indentedCode(page)).toEqual([]);
  });

  it('names only scripts of package.json', () => {
    const named = [...read(file).matchAll(/\bnpm run (?:--silent )?([a-z][\w:-]*)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  });

  it('names only flags of the program', () => {
    const flags: readonly string[] = Object.values(SETTINGS).map(({ flag }) => `--${flag}`);
    const named = read(file).match(/(?<![\w-])--(?:api|config|log|scrape|web)\.[a-z.-]*[a-z]/g) ?? [];
    expect(named.filter((name) => !flags.includes(name))).toEqual([]);
  });
});

describe('the parser of pages', () => {
  it('finds requirements before a block and at the start of the page', () => {
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

  it('finds code blocks in lists, their introductions, and indented code', () => {
    const page = readMarkdown(
      ['1. Do', '   this:', '', '   ```sh', '   a', '     b', '   ```', '', 'x', '', '    y'].join('\n'),
    );
    expect(page.blocks).toEqual([{ line: 4, language: 'sh', code: 'a\n  b', introduction: '1. Do this:' }]);
    expect(indentedCode(page)).toEqual(['    y']);
  });
});
