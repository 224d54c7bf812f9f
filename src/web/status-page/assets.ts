import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Html, trusted } from './html.ts';
import { STYLE_SHEET } from './style-sheet.ts';

/** The page's own script, a file beside this one; read once, at the start. */
export const SCRIPT = trusted(readFileSync(new URL('./page-script.js', import.meta.url), 'utf8'));

export const STYLES = trusted(STYLE_SHEET);

/**
 * Nothing runs, and nothing is loaded, but what the page itself brings. The hashes are of its script and its style
 * sheet, so that neither an attribute nor an element that somebody may get into it has an effect.
 */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  `script-src ${hashOf(SCRIPT)}`,
  `style-src ${hashOf(STYLES)}`,
  'img-src data:',
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

function hashOf({ markup }: Html): string {
  return `'sha256-${createHash('sha256').update(markup).digest('base64')}'`;
}
