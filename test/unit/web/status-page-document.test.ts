import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { failed, REASONS, type Report } from '../../../src/report.ts';
import { statusDocument } from '../../../src/web/status-page/document.ts';
import { CONTENT_SECURITY_POLICY } from '../../../src/web/status-page/parts.ts';
import { readQuestion } from '../../../src/web/status-page/question.ts';
import { viewOf } from '../../../src/web/status-page/view.ts';
import { report, reportOf, token } from '../support/make.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 5, 1);
const BUILD = { version: '1.2.3', revision: 'abc', nodeVersion: 'v20' };

function pageOf(accounts: Parameters<typeof viewOf>[0], query = {}): string {
  const surroundings = { telemetryPath: '/metrics', prefix: '/tokens', build: BUILD };
  return statusDocument(viewOf(accounts, readQuestion(query), NOW), surroundings);
}

describe('the page', () => {
  it('holds one script and one style sheet, those that its policy lets through, and no way round it', () => {
    const page = pageOf([reportOf([token()])]);
    for (const [tag, directive] of [
      ['script', 'script-src'],
      ['style', 'style-src'],
    ]) {
      const bodies = Array.from(
        page.matchAll(new RegExp(`<${tag}[^>]*>(.*?)</${tag}>`, 'gs')),
        ([, body = '']) => body,
      );
      expect(bodies).toHaveLength(1);
      const hash = createHash('sha256').update(String(bodies[0])).digest('base64');
      expect(CONTENT_SECURITY_POLICY).toContain(`${directive} 'sha256-${hash}'`);
    }
    expect(CONTENT_SECURITY_POLICY).not.toContain('unsafe');
    expect(page.replace(/<(script|style).*?<\/\1>/gs, '')).not.toMatch(/ (style|on\w+)=/);
  });

  it('loads nothing from elsewhere', () => {
    const addresses = Array.from(pageOf([]).matchAll(/(?:href|src|action)="([^"]*)"/g), ([, address]) => address);
    expect(addresses.filter((address) => !/^(\/tokens\/|\?|#|data:image\/svg)/.test(String(address)))).toEqual([]);
  });

  it.each(REASONS)('says in words why an account could not be read, and what to do: %s', (reason) => {
    const page = pageOf([report({ outcome: failed(reason, 'the detail & more'), lastSuccessAt: NOW - DAY })]);
    expect(page).toMatch(/<strong>(The|The exporter)[^<]+<\/strong><\/p>\s*<p>[A-Z][^<]{20,}\.<\/p>/);
    expect(page).toContain(`<code>${reason}</code> <bdi>the detail &amp; more</bdi>`);
    expect(page).toContain('1 account needs attention');
    expect(page).toContain('1 day ago');
  });

  it.each<[string, Partial<Report>[], string]>([
    ['no account', [], 'No account is configured'],
    ['no token', [{}], 'No token is listed'],
    ['all well', [{ outcome: { ok: true, tokens: [token()] } }], 'No token needs attention'],
    ['a credential that expires', [{ credentialExpiresAt: NOW + DAY }], '1 account needs attention'],
    ['an expected token missing', [{ expected: [{ name: 'x', role: undefined }] }], '1 account needs attention'],
    [
      'two things',
      [{ outcome: { ok: true, tokens: [token({ expiresAt: NOW - 1 })] } }, { outcome: failed('http', '') }],
      '1 token and 1 account need attention',
    ],
  ])('says how things are in one sentence: %s', (_, accounts, sentence) => {
    const page = pageOf(accounts.map((differences) => report(differences)));
    expect(page).toContain(`<p class="headline">${sentence}</p>`);
    expect(page).toContain(`<title>${sentence} · Point One tokens</title>`);
  });

  it('names expected tokens that are missing', () => {
    const expected = [
      { name: 'caster', role: undefined },
      { name: 'rover', role: 'ROLE_READ_ONLY' },
    ];
    const page = pageOf([reportOf([token({ name: 'caster' })], { expected })]);
    expect(page).toContain('<strong><bdi>rover</bdi></strong> of role <bdi>ROLE_READ_ONLY</bdi> is expected');
    expect(page).not.toContain('<strong><bdi>caster</bdi></strong> is expected');
  });

  it('asks again soon while an account has not answered, and otherwise once in a while', () => {
    const silent = { account: 'eu', outcome: undefined, lastSuccessAt: undefined, credentialExpiresAt: undefined };
    expect(pageOf([silent])).toContain('data-refresh="5"');
    expect(pageOf([silent])).toContain('No token is listed, 1 account without an answer yet');
    expect(pageOf([report()])).toContain('data-refresh="60"');
  });

  it('folds accounts that are well away where there are many, and never the others', () => {
    const accounts = Array.from({ length: 8 }, (_, index) => report({ account: `account-${index}` }));
    const page = pageOf([...accounts, report({ account: 'broken', outcome: failed('http', '') })]);
    const [before = '', folded = ''] = page.split('<details id="well">');
    expect(before).toContain('<bdi>broken</bdi>');
    expect(folded).toContain('8 accounts are well');
    expect(folded).toContain('<bdi>account-7</bdi>');
  });

  it('tells a date that was not given from one that could not be read', () => {
    expect(pageOf([reportOf([token({ expiresAt: undefined })])])).toContain('none given');
    const unreadable = token({ expiresAt: undefined, unreadable: ['expiresAt'] });
    expect(pageOf([reportOf([unreadable])])).toContain('>unreadable<');
  });

  it('keeps filter and order in every link of a heading', () => {
    const page = pageOf([reportOf([token({ name: 'a "b"' })])], { q: 'a "b"', sort: 'name' });
    expect(page).toContain('href="?q=a+%22b%22&amp;sort=-name"');
    expect(page).toContain('href="?q=a+%22b%22&amp;sort=expires"');
    expect(page).toContain('value="a &quot;b&quot;"');
    expect(page).toContain('aria-sort="ascending"');
  });
});
