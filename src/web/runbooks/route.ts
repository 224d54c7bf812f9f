import { readdir, readFile } from 'node:fs/promises';
import { Router } from 'express';
import { sendText } from '../../server/text-responses.ts';
import type { RunbookLinks } from './document.ts';

/** In the repository, the npm package and the image, docs/ is next to the folder of the program. */
const FOLDER = new URL('../../../docs/runbooks/', import.meta.url);

/** The page that lists the runbooks. */
const INDEX = 'README';

/**
 * Creates the routes of the runbooks: `/runbooks/` lists them, `/runbooks/ALERT` is one of them. `/runbooks/ALERT.md` is
 * the same page, so that the alerts' URLs have the same form for the exporter and for a copy of docs/ on another site.
 *
 * A request selects one of the names in the folder. No part of it becomes part of a path.
 */
export function createRunbookRouter(links: RunbookLinks): Router {
  const pages = new Map<string, string>();
  const router = Router({ caseSensitive: true, strict: true });
  router.get('/runbooks', (_request, response) => {
    response.setHeader('Location', 'runbooks/');
    sendText(response, 302, 'the runbooks are at runbooks/');
  });
  router.get(['/runbooks/', '/runbooks/:name'], async (request, response) => {
    const requested = String(request.params['name'] ?? INDEX).replace(/\.md$/, '');
    const name = (await pageNames()).find((existing) => existing === requested);
    if (name === undefined) {
      sendText(response, 404, 'no such runbook; /runbooks/ lists all of them');
      return;
    }
    const { RUNBOOK_POLICY, renderRunbook } = await import('./document.ts');
    let page = pages.get(name);
    if (page === undefined) {
      const { renderMarkdown } = await import('./render.ts');
      const content = renderMarkdown(await readFile(new URL(`${name}.md`, FOLDER), 'utf8'));
      page = renderRunbook(name === INDEX ? 'Runbooks' : name, content, links);
      pages.set(name, page);
    }
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.setHeader('Content-Security-Policy', RUNBOOK_POLICY);
    response.setHeader('Referrer-Policy', 'no-referrer');
    response.setHeader('Cache-Control', 'no-cache');
    response.end(page);
  });
  return router;
}

/** Returns the names of the installed pages. Without the folder, for example beside a copied dist/, there are none. */
async function pageNames(): Promise<string[]> {
  try {
    const files = await readdir(FOLDER);
    return files.filter((file) => file.endsWith('.md')).map((file) => file.slice(0, -'.md'.length));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
