import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { SETTINGS } from '../../src/config/settings.ts';
import { createExporter, type Exporter, simulate } from '../support/exporter.ts';
import { REPOSITORY } from '../support/repository.ts';

interface RuleFile {
  readonly groups: readonly { readonly rules: readonly { alert?: string; annotations?: Record<string, string> }[] }[];
}

const { groups } = parse(readFileSync(new URL('alerts/rules.yml', REPOSITORY), 'utf8')) as RuleFile;
const ALERTS = groups
  .flatMap(({ rules }) => rules)
  .flatMap(({ alert, annotations = {} }) =>
    alert === undefined ? [] : [{ alert, url: String(annotations['runbook_url']) }],
  );
const NAMES = readdirSync(new URL('docs/runbooks/', REPOSITORY))
  .filter((file) => file !== 'README.md')
  .map((file) => file.replace(/\.md$/, ''));

const PAGES = ['', ...NAMES].map((name) => `/runbooks/${name}`);

/** Returns the targets of all links, without the icon. */
function links(page: string): string[] {
  return Array.from(page.matchAll(/<a [^>]*href="([^"]*)"/g), ([, target = '']) => target);
}

async function create(...args: string[]): Promise<Exporter> {
  const { simulator, user } = await simulate();
  return createExporter(simulator, user, { args });
}

describe('the runbooks', () => {
  it('are where the default runbook_url of each alert leads: to the exporter on this machine', async () => {
    const { app } = await create();
    expect(ALERTS.length).toBeGreaterThan(15);
    for (const { alert, url } of ALERTS) {
      const { origin, pathname } = new URL(url);
      expect(origin).toBe(`http://localhost${SETTINGS.webListenAddress.default}`);
      const { status, text, headers } = await request(app).get(pathname);
      expect({ status, type: headers['content-type'] }).toEqual({ status: 200, type: 'text/html; charset=utf-8' });
      expect(text).toContain(`>${alert}</h1>`);
      expect((await request(app).get(`/runbooks/${alert}`)).text).toBe(text);
    }
  });

  it('link only to pages and headings that exist', async () => {
    const { app } = await create();
    const texts = new Map<string, string>();
    for (const path of PAGES) texts.set(path, (await request(app).get(path)).text);
    const internal = [...texts].flatMap(([path, text]) =>
      links(text)
        .filter((target) => !/^https?:/.test(target))
        .map((target) => ({ path, target, url: new URL(target, `http://exporter${path}`) })),
    );
    expect(internal.length).toBeGreaterThan(50);
    expect(internal.some(({ url }) => url.hash !== '')).toBe(true);
    for (const { path, target, url } of internal) {
      if (url.pathname === '/') continue;
      const text = texts.get(url.pathname);
      expect(text, `${path} links to ${target}`).toBeDefined();
      if (url.hash !== '') expect(text, `${path} links to ${target}`).toContain(`id="${url.hash.slice(1)}"`);
    }
    // Other files of the repository are named, because the exporter does not serve them.
    expect(texts.get('/runbooks/PointOneScrapeFailing')).toContain('Metrics (<code>docs/metrics.md</code>)');
  });

  it('are listed at /runbooks/, to which /runbooks redirects by a relative address', async () => {
    const { app } = await create();
    expect((await request(app).get('/runbooks')).headers).toMatchObject({ location: 'runbooks/' });
    const { text } = await request(app).get('/runbooks/');
    expect(links(text)).toEqual(expect.arrayContaining([...NAMES, '../']));
    expect((await request(app).get('/runbooks/README.md')).text).toBe(text);
  });

  it('allow nothing but their own style sheet', async () => {
    const { app } = await create();
    for (const path of PAGES) {
      const { text, headers } = await request(app).get(path);
      const [, styles = ''] = /<style>(.*?)<\/style>/s.exec(text) ?? [];
      const hash = createHash('sha256').update(styles).digest('base64');
      expect(headers).toMatchObject({
        'content-security-policy': `default-src 'none'; style-src 'sha256-${hash}'; img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'`,
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
      });
      expect(text).not.toMatch(/<script| (style|on\w+)=|<(img|iframe|object|form)\b/);
    }
  });

  it.each([
    'nope',
    'pointonetokenexpired',
    'PointOneTokenExpired/',
    'PointOneTokenExpired.md.md',
    'PointOneTokenExpired.html',
    '..%2fmetrics',
    '..%2f..%2fpackage.json',
    '..%5c..%5cpackage.json',
    '%2e%2e/metrics.md',
    '%2fetc%2fpasswd',
    'PointOneTokenExpired%00',
    '__proto__',
    'constructor',
  ])('serve no other file: %s', async (name) => {
    const { app } = await create();
    const { status, text } = await request(app).get(`/runbooks/${name}`);
    expect(status).toBe(404);
    expect(text).toMatch(/^(no such runbook|page not found)/);
  });

  it('call no API, and have no link to a status page where there is none', async () => {
    const { simulator, user } = await simulate();
    const { app } = await createExporter(simulator, user, { args: ['--web.telemetry-path=/'] });
    const { status, text } = await request(app).get('/runbooks/PointOneTokenExpired');
    expect(status).toBe(200);
    expect(links(text)).not.toContain('../');
    expect(simulator.calls.total).toBe(0);
  });

  it.each([
    ['post', 405],
    ['head', 200],
  ] as const)('respond to %s with %d', async (method, status) => {
    const { app } = await create();
    expect((await request(app)[method]('/runbooks/PointOneTokenExpired')).status).toBe(status);
  });
});
