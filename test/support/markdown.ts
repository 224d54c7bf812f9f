import { repositoryFiles } from './repository.ts';

/** Every Markdown file of the repository, by its path. */
export const MARKDOWN_FILES = repositoryFiles(/\.md$/);

/** A fenced block of code. */
export interface CodeBlock {
  /** Of the fence, from 1. */
  readonly line: number;
  readonly language: string;
  /** Without the indentation that a list gives it. */
  readonly code: string;
  /** The paragraph before it, in one line. */
  readonly introduction: string;
}

/** A Markdown text taken apart. */
export interface Markdown {
  readonly blocks: readonly CodeBlock[];
  /** The lines that are in no block; those of blocks are empty here. */
  readonly prose: readonly string[];
}

export function readMarkdown(text: string): Markdown {
  const blocks: CodeBlock[] = [];
  const prose: string[] = [];
  let open: { fence: string; indentation: number; line: number; language: string; code: string[] } | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    const [, spaces = '', fence = '', language = ''] = /^( *)(`{3,}|~{3,}) *(\S*)/.exec(line) ?? [];
    if (open === undefined && fence !== '') {
      open = { fence, indentation: spaces.length, line: index + 1, language, code: [] };
    } else if (open !== undefined && fence.startsWith(open.fence) && language === '') {
      const { line: first, code } = open;
      blocks.push({ line: first, language: open.language, code: code.join('\n'), introduction: lastParagraph(prose) });
      open = undefined;
    } else if (open !== undefined) {
      open.code.push(line.slice(Math.min(open.indentation, line.length - line.trimStart().length)));
    }
    prose.push(open === undefined && fence === '' ? line : '');
  }
  if (open !== undefined) throw new Error(`the block that begins in line ${open.line} does not end`);
  return { blocks, prose };
}

/** The last paragraph, in one line; what stands in blocks counts as empty lines. */
function lastParagraph(lines: readonly string[]): string {
  const end = lines.findLastIndex((line) => line.trim() !== '');
  const start = lines.slice(0, end + 1).findLastIndex((line) => line.trim() === '');
  return lines
    .slice(start + 1, end + 1)
    .map((line) => line.trim())
    .join(' ');
}

/** Lines of code that are set apart by indentation, which says nothing of their language. */
export function indentedCode({ prose }: Markdown): string[] {
  let inList = false;
  return prose.filter((line, index) => {
    if (/^ {0,3}([-*+]|\d+[.)]) /.test(line)) inList = true;
    else if (/^\S/.test(line)) inList = false;
    return !inList && /^ {4,}\S/.test(line) && (prose[index - 1] ?? '').trim() === '';
  });
}

/** The anchors of a page: those that GitHub makes of its headings, and those that the page gives itself. */
export function anchors(text: string): Set<string> {
  const found = new Set<string>();
  for (const line of readMarkdown(text).prose) {
    const [, heading] = /^ {0,3}#{1,6} +(.*?)(?: +#+)? *$/.exec(line) ?? [];
    if (heading !== undefined) {
      const slug = slugOf(heading);
      let anchor = slug;
      for (let number = 1; found.has(anchor); number += 1) anchor = `${slug}-${number}`;
      found.add(anchor);
    }
    for (const [, name = ''] of line.matchAll(/<a (?:id|name)="([^"]+)"/g)) found.add(name);
  }
  return found;
}

/** As GitHub has it: the heading's text in lower case, of which letters, digits, `-`, `_` and spaces (as `-`) stay. */
function slugOf(heading: string): string {
  return heading
    .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replaceAll(/[^\p{Letter}\p{Mark}\p{Number}\p{Connector_Punctuation}\- ]/gu, '')
    .replaceAll(' ', '-');
}

/** Where a page's links and images point, code left out. */
export function linkTargets(text: string): string[] {
  const prose = readMarkdown(text)
    .prose.join('\n')
    .replaceAll(/(`+)(?:(?!\1)[\s\S])*?\1/g, '`code`');
  return [
    ...prose.matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g),
    ...prose.matchAll(/^ {0,3}\[[^\]]+\]: *<?([^\s>]+)/gm),
    ...prose.matchAll(/<(?:img|a|source)\s[^>]*?(?:src|href|srcset)="([^"]+)"/g),
  ].map(([, target = '']) => target);
}
