import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Html, trusted } from './html.ts';
import { STYLE_SHEET } from './style-sheet.ts';

/** The script of the page, read once at startup. */
export const SCRIPT = trusted(readFileSync(new URL('./page-script.js', import.meta.url), 'utf8'));

export const STYLES = trusted(STYLE_SHEET);

/** The icon, which shows a key. It is a data URL because the pages load no files. */
export const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Crect width='32' height='32' rx='7' fill='%231f5f8b'/%3E%3Cg fill='none' stroke='%23fff' stroke-width='3'%3E%3Ccircle cx='11' cy='16' r='4.5'/%3E%3Cpath d='M15.5 16H27v5M22 16v4'/%3E%3C/g%3E%3C/svg%3E";

/**
 * Creates a policy that allows only the given style sheet and script, by their hashes. Injected elements and attributes
 * therefore have no effect, and the page loads nothing. Only a page with a script sends requests.
 */
export function contentSecurityPolicy({ styles, script }: { readonly styles: Html; readonly script?: Html }): string {
  return [
    "default-src 'none'",
    ...(script === undefined ? [] : [`script-src ${hashOf(script)}`]),
    `style-src ${hashOf(styles)}`,
    'img-src data:',
    ...(script === undefined ? ["form-action 'none'"] : ["connect-src 'self'", "form-action 'self'"]),
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** The policy of the status page. */
export const CONTENT_SECURITY_POLICY = contentSecurityPolicy({ styles: STYLES, script: SCRIPT });

function hashOf({ markup }: Html): string {
  return `'sha256-${createHash('sha256').update(markup).digest('base64')}'`;
}
