import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { STATE_SEVERITY } from '../../../../src/health/token-health.ts';
import { FAILURE_REASONS, failedOutcome, type Outcome, type Report } from '../../../../src/model/report.ts';
import { TOKEN_STATES } from '../../../../src/model/state.ts';
import type { Token } from '../../../../src/model/token.ts';
import type { BuildInfo } from '../../../../src/runtime/build-info.ts';
import { CONTENT_SECURITY_POLICY } from '../../../../src/web/status-page/assets.ts';
import { renderPage } from '../../../../src/web/status-page/document.ts';
import { STATE_MESSAGES } from '../../../../src/web/status-page/messages.ts';
import { parseQuery } from '../../../../src/web/status-page/query.ts';
import { createView } from '../../../../src/web/status-page/view.ts';
import { report, reportOf, token } from '../../support/builders.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 5, 1);
const ODD = token({ status: 'PAUSED', createdAt: NOW - DAY });
const BUILD: BuildInfo = { version: '1.2.3', revision: 'abc', nodeVersion: 'v20', homepage: undefined };

function pageOf(accounts: Parameters<typeof createView>[0], query = {}, build: BuildInfo = BUILD): string {
  const pageOptions = { telemetryPath: '/metrics', prefix: '/tokens', build };
  return renderPage(createView(accounts, parseQuery(query), NOW), pageOptions);
}

function ok(...tokens: Token[]): Outcome {
  return { ok: true, tokens };
}

describe('the page', () => {
  it('contains only the script and the style sheet that its policy allows', () => {
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

  it('loads nothing from other hosts', () => {
    const addresses = Array.from(pageOf([]).matchAll(/(?:href|src|action)="([^"]*)"/g), ([, address]) => address);
    expect(addresses.filter((address) => !/^(\/tokens\/|\?|#|data:image\/svg)/.test(String(address)))).toEqual([]);
  });

  it('links to the documentation if package.json has a homepage', () => {
    expect(pageOf([])).not.toContain('>Documentation</a>');
    const homepage = 'https://example.com/exporter?a=1&b="2"';
    expect(pageOf([], {}, { ...BUILD, homepage })).toContain(
      '<a href="https://example.com/exporter?a=1&amp;b=&quot;2&quot;" rel="noreferrer">Documentation</a>',
    );
  });

  it.each(FAILURE_REASONS)('explains a failed fetch and what to do: %s', (reason) => {
    const page = pageOf([report({ outcome: failedOutcome(reason, 'the detail & more'), lastSuccessAt: NOW - DAY })]);
    expect(page).toMatch(
      /<strong>(The|The exporter)[^<]+<\/strong><\/p>\s*<p>[A-Z][^<]{20,}\. <a class="runbook"[^>]*>[^<]+<\/a><\/p>/,
    );
    expect(page).toContain(`<code>${reason}</code> <bdi>the detail &amp; more</bdi>`);
    expect(page).toContain('1 account needs attention');
    expect(page).toContain('1d ago');
  });

  it.each<[string, Partial<Report>[], string]>([
    ['no account', [], 'No account is configured'],
    ['an empty list', [{}], '1 account needs attention'],
    ['an unreadable field', [{ outcome: ok(token({ unreadable: ['role'] })) }], '1 account needs attention'],
    ['a clock skew', [{ outcome: ok(token()), clockSkewMs: 3_600_000 }], '1 account needs attention'],
    [
      'a status that contradicts the expiry',
      [{ outcome: ok(token({ expiresAt: NOW - 20 * DAY })) }],
      '1 account needs attention',
    ],
    ['an unknown expiry', [{ outcome: ok(token({ expiresAt: undefined })) }], '1 token needs attention'],
    ['a doubtful successor', [{ outcome: ok(token({ expiresAt: NOW + DAY }), ODD) }], '1 token needs attention'],
    ['no list', [{ outcome: failedOutcome('http', '') }], 'No token list is available: 1 account needs attention'],
    ['no problem', [{ outcome: ok(token()) }], 'No token needs attention'],
    [
      'a credential that expires',
      [{ outcome: ok(token()), credentialExpiresAt: NOW + DAY }],
      '1 account needs attention',
    ],
    [
      'a missing expected token',
      [{ outcome: ok(token()), expected: [{ name: 'x', role: undefined }] }],
      '1 account needs attention',
    ],
    [
      'two problems',
      [{ outcome: ok(token({ expiresAt: NOW - 1 })) }, { outcome: failedOutcome('http', '') }],
      '1 token and 1 account need attention',
    ],
  ])('summarizes the state in the headline: %s', (_, accounts, sentence) => {
    const page = pageOf(accounts.map((differences) => report(differences)));
    expect(page).toContain(`<p class="headline">${sentence}</p>`);
    expect(page).toContain(`<title>${sentence} · Point One tokens</title>`);
  });

  it('lists expected tokens that are missing', () => {
    const expected = [
      { name: 'caster', role: undefined },
      { name: 'rover', role: 'ROLE_READ_ONLY' },
    ];
    const page = pageOf([reportOf([token({ name: 'caster' })], { expected })]);
    expect(page).toContain('<bdi>The expected token rover (ROLE_READ_ONLY) is missing or does not work</bdi>');
    expect(page).not.toContain('The expected token caster');
  });

  it.each<[string, Partial<Report>, string, RegExp]>([
    ['an empty list', {}, 'empty list', /Lists no tokens.*interface/s],
    [
      'unreadable fields',
      { outcome: ok(token({ unreadable: ['role'] })) },
      'unreadable',
      /Unreadable token fields: role \(1 token\).*not monitored/s,
    ],
    ['a clock skew', { outcome: ok(token()), clockSkewMs: -3_600_000 }, 'clock', /differ by 60 minutes.*NTP/s],
    [
      'a status that contradicts the expiry',
      { outcome: ok(token({ expiresAt: NOW - 20 * DAY })) },
      'contradiction',
      /caster is ACTIVE, but expired 20d ago.*Test whether the token works/s,
    ],
    [
      'an expired credential',
      { outcome: ok(token()), credentialExpiresAt: NOW - DAY },
      'credential',
      /own credential expired 1d ago.*Replace the credential/s,
    ],
  ])('shows a finding of an account and what to do: %s', (_, differences, label, message) => {
    const [row = ''] = /<tr role="row" class="unhealthy">.*?<\/tr>/s.exec(pageOf([report(differences)])) ?? [];
    expect(row).toMatch(new RegExp(`class="badge (critical|warning)">${label}</span> <strong>`));
    expect(row).toMatch(message);
  });

  it('shows no counts without a token list, and names the accounts that the counts do not include', () => {
    const broken = ['b', 'c', 'd', 'e'].map((account) => report({ account, outcome: failedOutcome('http', '') }));
    const noLists = pageOf(broken);
    expect(noLists.match(/<b>–<\/b>/g)).toHaveLength(4);
    expect(noLists).toContain('No token list is available, so the state of all tokens is unknown.');
    expect(noLists).not.toContain('No tokens are listed');
    expect(noLists).not.toContain('class="uncounted"');
    const someLists = pageOf([reportOf([token()]), ...broken]);
    expect(someLists).toContain('<b>1</b> <span>fine</span>');
    expect(someLists).toMatch(
      /do not include the tokens of .*<bdi>b<.*<bdi>c<.*<bdi>d<.* and 1 more: no list is available/,
    );
    expect(pageOf([reportOf([token()])])).not.toContain('class="uncounted"');
  });

  it('refreshes after 5 s while it waits for an account, and after 60 s otherwise', () => {
    const pending = { account: 'eu', outcome: undefined, lastSuccessAt: undefined, credentialExpiresAt: undefined };
    expect(pageOf([pending])).toContain('data-refresh="5"');
    expect(pageOf([pending])).toContain('No token list is available: waiting for 1 account');
    expect(pageOf([report()])).toContain('data-refresh="60"');
  });

  it('collapses healthy accounts if there are many, but not the others', () => {
    const accounts = Array.from({ length: 8 }, (_, index) => reportOf([token()], { account: `account-${index}` }));
    const page = pageOf([...accounts, report({ account: 'broken', outcome: failedOutcome('http', '') })]);
    const [before = '', folded = ''] = page.split('<details id="healthy">');
    expect(before).toContain('<bdi>broken</bdi>');
    expect(folded).toContain('8 healthy accounts');
    expect(folded).toContain('<bdi>account-7</bdi>');
  });

  it('distinguishes a missing date from an unreadable one', () => {
    expect(pageOf([reportOf([token({ expiresAt: undefined })])])).toContain('<span class="absent">none</span>');
    const unreadable = token({ expiresAt: undefined, unreadable: ['expiresAt'] });
    expect(pageOf([reportOf([unreadable])])).toContain('>unreadable<');
  });

  it('shows a placeholder for an empty name', () => {
    const absent = '<span class="absent">(no name)</span>';
    const page = pageOf([reportOf([token({ name: '' })])]);
    expect(page).toContain(`Next to expire: <strong>${absent}</strong> of <bdi>default</bdi>`);
    expect(page).toContain(`<th role="rowheader" scope="row">${absent}</th>`);
  });

  it('keeps filter and order in the links of the headings', () => {
    const page = pageOf([reportOf([token({ name: 'a "b"' })])], { q: 'a "b"', sort: 'name' });
    expect(page).toContain('href="?q=a+%22b%22&amp;sort=-name"');
    expect(page).toContain('href="?q=a+%22b%22&amp;sort=expires"');
    expect(page).toContain('value="a &quot;b&quot;"');
    expect(page).toContain('aria-sort="ascending"');
  });

  it('truncates a long filter and shows the truncated filter', () => {
    const page = pageOf([reportOf([token({ name: 'x'.repeat(300) })])], { q: 'x'.repeat(8000) });
    expect(page).toContain(`value="${'x'.repeat(256)}" maxlength="256"`);
    expect(page).toContain('1 of 1 token.');
  });

  it.each([
    ['urgency', 'descending', 'ascending'],
    ['used', 'descending', 'ascending'],
    ['name', 'ascending', 'descending'],
    ['expires', 'ascending', 'descending'],
  ])('marks the sort direction of the column %s', (column, initial, reversed) => {
    const accounts = [reportOf([token()])];
    expect(pageOf(accounts, { sort: column })).toContain(`aria-sort="${initial}"><a id="sort-${column}"`);
    expect(pageOf(accounts, { sort: `-${column}` })).toContain(`aria-sort="${reversed}"><a id="sort-${column}"`);
  });

  it('marks on the lifetime bar where the state of a token becomes warning and critical', () => {
    const page = pageOf([reportOf([token({ createdAt: NOW - 60 * DAY, expiresAt: NOW + 40 * DAY })])]);
    expect(page).toContain('<span class="share">60 %</span>');
    expect(page).toContain('<rect class="used" width="60.00" height="8"/>');
    expect(page).toContain('d="M86.00 0v8M97.00 0v8"');
    expect(page).toContain('warning from 86 %, critical from 97 %');
  });

  it('links to the runbook of each failure, finding, urgent state and unknown status, below the external path', () => {
    const accounts = [
      ...FAILURE_REASONS.map((reason) => report({ account: reason, outcome: failedOutcome(reason, '') })),
      report({ account: 'empty', credentialExpiresAt: NOW + DAY, clockSkewMs: 3_600_000 }),
      reportOf([token({ unreadable: ['role'] }), token({ name: 'a', expiresAt: NOW - 20 * DAY })], {
        account: 'odd',
        expected: [{ name: 'missing', role: undefined }],
      }),
      reportOf(
        [
          token({ name: 'expired', expiresAt: NOW - DAY }),
          token({ name: 'warned', expiresAt: NOW + 10 * DAY }),
          token({ name: 'unknown', expiresAt: undefined }),
          ODD,
        ],
        { account: 'states' },
      ),
    ];
    const page = pageOf(accounts);
    const linked = Array.from(page.matchAll(/href="\/tokens\/runbooks\/(\w+)"/g), ([, alert]) => alert);
    expect(page.match(/href="[^"]*runbooks\/\w/g)).toHaveLength(linked.length);
    const existing = readdirSync(new URL('../../../../docs/runbooks/', import.meta.url));
    for (const alert of linked) expect(existing).toContain(`${alert}.md`);
    // A status page cannot show the alerts of other replicas, of the exporter's absence, and of duplicates.
    const others = ['ExporterDown', 'DuplicateTokens', 'TokenNameShared'].map((name) => `PointOne${name}.md`);
    const all = existing.filter((file) => file !== 'README.md' && !others.includes(file));
    expect([...new Set(linked)].toSorted()).toEqual(all.map((file) => file.replace('.md', '')).toSorted());
    for (const state of TOKEN_STATES) {
      expect(STATE_MESSAGES[state].runbook !== undefined).toBe(STATE_SEVERITY[state] !== 'ok' || state === 'abandoned');
    }
  });

  it('does not show a token of unknown status as fine', () => {
    const page = pageOf([reportOf([token({ name: 'good' }), ODD])]);
    expect(page).toContain('<p class="headline">No token needs attention, 1 has an unknown status</p>');
    const row = page.split('<tr role="row" ').find((part) => part.includes('PAUSED'));
    expect(row).toMatch(/^class="status-unknown"/);
    expect(row).toContain('class="badge status-unknown"');
    expect(row).toContain('<bdi>PAUSED</bdi> <a class="reason"');
    expect(row).not.toContain('fine');
    expect(page).toMatch(/id="count-status-unknown".*<b>1<\/b> <span>status unknown<\/span>/);
    expect(page).toMatch(/id="count-fine".*<b>1<\/b> <span>fine<\/span>/);
  });

  it('links each count to its filter, and the count of the current filter to all tokens', () => {
    const accounts = [reportOf([token(), token({ name: 'late', expiresAt: NOW - DAY })])];
    expect(pageOf(accounts, { sort: 'name' })).toContain('href="?q=state%3Aexpired&amp;sort=name#tokens-heading"><b>1');
    expect(pageOf(accounts, { q: 'state:expired' })).toContain('href="?#tokens-heading" aria-current="true"><b>1');
    expect(pageOf(accounts)).toContain('<li class="critical none"><div><b>0</b>');
  });

  it('formats all counts in the same way', () => {
    const many = Array.from({ length: 5000 }, (_, index) => token({ name: `t${index}`, unreadable: ['role'] }));
    const late = Array.from({ length: 1200 }, (_, index) => token({ name: `l${index}`, expiresAt: NOW - DAY }));
    const broken = Array.from({ length: 1003 }, (_, index) =>
      report({ account: `a${index}`, outcome: failedOutcome('http', '') }),
    );
    const healthy = Array.from({ length: 1001 }, (_, index) => reportOf([token()], { account: `h${index}` }));
    const accounts = [
      ...broken,
      ...healthy,
      reportOf([...many, ...late], { account: 'big', clockSkewMs: 100 * 3_600_000 }),
    ];
    expect(pageOf(accounts)).toContain('Showing the first 500 of 7,201 tokens');
    for (const page of [pageOf(accounts), pageOf(accounts, { q: 'big' })]) {
      const text = page.replace(/<(script|style|time).*?<\/\1>|<[^>]*>/gs, ' ');
      expect(text.match(/(?<![\w.,:-])\d{4,}(?![\w:-])/g)).toBeNull();
      for (const number of ['1,004', '1,001', '6,200', '5,000', '1,200', '6,001', '1,000 more'])
        expect(text).toContain(number);
    }
  });
});
