import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { anchors, linkTargets, MARKDOWN_FILES } from '../support/markdown.ts';
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

describe('the links of the documentation', () => {
  it.each(MARKDOWN_FILES)('%s links to what is there', (file) => {
    expect(brokenLinks(file)).toEqual([]);
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
