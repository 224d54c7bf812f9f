import { repositoryFiles } from './repository.ts';

/** The paths of all Markdown files of the repository. */
export const MARKDOWN_FILES = repositoryFiles(/\.md$/);

/** A fenced code block. */
export interface CodeBlock {
  /** The line number of the opening fence, from 1. */
  readonly line: number;
  readonly language: string;
  /** The code without the indentation of a surrounding list. */
  readonly code: string;
  /** The paragraph before the block, as one line. */
  readonly introduction: string;
}

/** A parsed Markdown page. */
export interface Markdown {
  readonly blocks: readonly CodeBlock[];
  /** All lines of the page; lines of code blocks are replaced by empty lines. */
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
  if (open !== undefined) throw new Error(`the code block in line ${open.line} is not closed`);
  return { blocks, prose };
}

/** Returns the last paragraph as one line. */
function lastParagraph(lines: readonly string[]): string {
  const end = lines.findLastIndex((line) => line.trim() !== '');
  const start = lines.slice(0, end + 1).findLastIndex((line) => line.trim() === '');
  return lines
    .slice(start + 1, end + 1)
    .map((line) => line.trim())
    .join(' ');
}

/** Returns the first lines of indented code blocks, which have no language. */
export function indentedCode({ prose }: Markdown): string[] {
  let inList = false;
  return prose.filter((line, index) => {
    if (/^ {0,3}([-*+]|\d+[.)]) /.test(line)) inList = true;
    else if (/^\S/.test(line)) inList = false;
    return !inList && /^ {4,}\S/.test(line) && (prose[index - 1] ?? '').trim() === '';
  });
}

/** Returns the anchors of a page: those that GitHub generates from headings, and explicit ones. */
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

/** Returns GitHub's slug: lower case, only letters, digits, `-` and `_`, with spaces replaced by `-`. */
function slugOf(heading: string): string {
  return heading
    .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replaceAll(/[^\p{Letter}\p{Mark}\p{Number}\p{Connector_Punctuation}\- ]/gu, '')
    .replaceAll(' ', '-');
}

/** Returns the targets of a page's links and images, except in code. */
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
