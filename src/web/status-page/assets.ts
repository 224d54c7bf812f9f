import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Html, trusted } from './html.ts';
import { STYLE_SHEET } from './style-sheet.ts';

/** The script of the page, read once at startup. */
export const SCRIPT = trusted(readFileSync(new URL('./page-script.js', import.meta.url), 'utf8'));

export const STYLES = trusted(STYLE_SHEET);

/**
 * Allows only the script and the style sheet of the page, by their hashes. Injected elements and attributes therefore
 * have no effect, and the page loads nothing.
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
