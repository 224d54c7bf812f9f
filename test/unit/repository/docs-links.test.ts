import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { anchors, linkTargets, MARKDOWN_FILES, readMarkdown } from '../../support/markdown.ts';
import { REPOSITORY } from '../../support/repository.ts';

const read = (url: URL): string => readFileSync(url, 'utf8');

/** Returns the broken links of a page, with the reason. */
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

/** Returns the files and folders that a page names without a link, because the package does not contain them. */
function namedFiles(file: string): string[] {
  const prose = readMarkdown(read(new URL(file, REPOSITORY))).prose.join('\n');
  const top = '(?:src|test|simulator|bench|soak|demo|scripts|alerts|grafana|deploy|docs|examples|\\.github|\\.ci)';
  return [...prose.matchAll(new RegExp(`\`(${top}/[\\w./-]*)\``, 'g'))].map(([, path = '']) => path);
}

describe('the links of the documentation', () => {
  it.each(MARKDOWN_FILES)('%s has no broken links', (file) => {
    expect(brokenLinks(file)).toEqual([]);
  });

  // The changelog may name files that no longer exist.
  it.each(MARKDOWN_FILES.filter((file) => file !== 'CHANGELOG.md'))('%s names only existing files', (file) => {
    expect(namedFiles(file).filter((path) => !existsSync(new URL(path, REPOSITORY)))).toEqual([]);
  });

  it('finds the file names in pages', () => {
    expect(namedFiles('docs/security.md')).toContain('test/integration/sharing.test.ts');
    expect(namedFiles('CONTRIBUTING.md')).toContain('.github/workflows/release.yml');
  });

  it('reach every page from the README', () => {
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

describe('the Markdown parser', () => {
  it('generates the same anchors as GitHub', () => {
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

  it('finds all kinds of links and images, except in code', () => {
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
