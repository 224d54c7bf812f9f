import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { anchors, linkTargets, MARKDOWN_FILES, readMarkdown } from '../support/markdown.ts';
import { REPOSITORY } from '../support/repository.ts';

const read = (url: URL): string => readFileSync(url, 'utf8');

/** The links of a page that lead nowhere, with the reason. */
function brokenLinks(file: string): string[] {
  const page = new URL(file, REPOSITORY);
  return linkTargets(read(page)).flatMap((target) => {
    if (/^[a-z]+:/.test(target)) return [];
    const url = new URL(target, page);
    const anchor = decodeURIComponent(url.hash.slice(1));
    url.hash = '';
    if (!url.pathname.startsWith(REPOSITORY.pathname)) return [`${target}: outside the repository`];
    if (!existsSync(url)) return [`${target}: no such file`];
    if (anchor === '' || !url.pathname.endsWith('.md')) return [];
    return anchors(read(url)).has(anchor) ? [] : [`${target}: no such heading`];
  });
}

/** Files and folders that a page names and does not link, as it may be read where they are not: in the package. */
function namedFiles(file: string): string[] {
  const prose = readMarkdown(read(new URL(file, REPOSITORY))).prose.join('\n');
  const top = '(?:src|test|simulator|bench|soak|demo|scripts|alerts|grafana|deploy|docs|examples|\\.github|\\.ci)';
  return [...prose.matchAll(new RegExp(`\`(${top}/[\\w./-]*)\``, 'g'))].map(([, path = '']) => path);
}

describe('the links of the documentation', () => {
  it.each(MARKDOWN_FILES)('%s links to what is there', (file) => {
    expect(brokenLinks(file)).toEqual([]);
  });

  // What a changelog names may be gone.
  it.each(MARKDOWN_FILES.filter((file) => file !== 'CHANGELOG.md'))('%s names files that are there', (file) => {
    expect(namedFiles(file).filter((path) => !existsSync(new URL(path, REPOSITORY)))).toEqual([]);
  });

  it('has names of files to look for', () => {
    expect(namedFiles('docs/security.md')).toContain('test/integration/sharing.test.ts');
    expect(namedFiles('CONTRIBUTING.md')).toContain('.github/workflows/release.yml');
  });

  it('lead to every page from the README', () => {
    const seen = new Set<string>();
    const visit = (url: URL): void => {
      if (seen.has(url.pathname) || !existsSync(url)) return;
      seen.add(url.pathname);
      for (const target of linkTargets(read(url))) {
        if (/^[a-z]+:/.test(target)) continue;
        const next = new URL(target.replace(/#.*/, ''), url);
        if (next.pathname.endsWith('.md')) visit(next);
      }
    };
    visit(new URL('README.md', REPOSITORY));
    const documentation = MARKDOWN_FILES.filter((file) => /^(docs|deploy)\/|^[A-Z]+\.md$/.test(file));
    expect(documentation.filter((file) => !seen.has(new URL(file, REPOSITORY).pathname))).toEqual([]);
  });
});

describe('the reading of Markdown', () => {
  it('makes anchors as GitHub does', () => {
    const text = [
      '# `created_at` is a *label*',
      '## Üben & mehr: a/b.c?',
      '## Twice',
      '## Twice',
      '## With a [link](x.md#y), done',
      '```sh',
      '# no heading',
      '```',
    ].join('\n');
    expect([...anchors(text)]).toEqual([
      'created_at-is-a-label',
      'üben--mehr-abc',
      'twice',
      'twice-1',
      'with-a-link-done',
    ]);
  });

  it('finds links and images of every kind, and none in code', () => {
    const text = [
      '[a](a.md) ![b](b.png "title") [![c](c.png)](d.md#e)',
      '[f]: f.md',
      '<img src="g.png" alt=""> `[h](h.md)`',
      '```md',
      '[i](i.md)',
      '```',
    ].join('\n');
    expect(linkTargets(text).sort()).toEqual(['a.md', 'b.png', 'c.png', 'd.md#e', 'f.md', 'g.png']);
  });
});
