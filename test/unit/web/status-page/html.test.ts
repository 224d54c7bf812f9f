import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { html, untrusted } from '../../../../src/web/status-page/html.ts';
import { formatRelative, renderMoment, renderTime } from '../../../../src/web/status-page/times.ts';

describe('markup', () => {
  it('escapes strings in elements and attributes', () => {
    expect(html`<a title="${`"'&`}">${'<script>'}</a>`.markup).toBe('<a title="&quot;&#39;&amp;">&lt;script&gt;</a>');
  });

  it('renders numbers, markup, lists of markup, and undefined', () => {
    expect(html`${1}${html`<b>`}${[html`<i>`, html`<u>`]}${undefined}.`.markup).toBe('1<b><i><u>.');
  });

  it('rejects objects that only look like markup', () => {
    const lookalike = { markup: '<script>' };
    // @ts-expect-error: only `html` and `trusted` create the type.
    expect(() => html`${[lookalike]}`).toThrow(TypeError);
  });

  it('of an escaped string cannot start a tag or end an attribute', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => !/[<>"']/.test(html`${text}`.markup)));
  });
});

describe('an external string', () => {
  it.each([
    ['nul \u0000', 'nul <span class="invisible">U+0000</span>'],
    ['a\nb\tc', 'a<span class="invisible">\\n</span>b<span class="invisible">\\t</span>c'],
    ['\u202eevil', '<span class="invisible">U+202E</span>evil'],
    ['zero\u200bwidth', 'zero<span class="invisible">U+200B</span>width'],
    ['\ufeff', '<span class="invisible">U+FEFF</span>'],
    ['tag\u{e0041}', 'tag<span class="invisible">U+E0041</span>'],
    ['  ', '<span class="invisible">U+0020</span><span class="invisible">U+0020</span>'],
    ['\u200d\u3000', '<span class="invisible">U+200D</span><span class="invisible">U+3000</span>'],
    ['<b>', '&lt;b&gt;'],
  ])('%j shows its invisible characters', (text, markup) => {
    expect(untrusted(text).markup).toBe(`<bdi>${markup}</bdi>`);
  });

  it.each(['Vermessung Zürich 測量 🛰️', '👩‍🚀', 'می‌خواهم', ' blanks  stay '])('%j is not changed', (text) => {
    expect(untrusted(text).markup).toBe(`<bdi>${text}</bdi>`);
  });

  it('is truncated between two characters if it is very long', () => {
    expect(untrusted('x'.repeat(256)).markup).toBe(`<bdi>${'x'.repeat(256)}</bdi>`);
    expect(untrusted('🛰'.repeat(256)).markup).toBe(`<bdi>${'🛰'.repeat(256)}</bdi>`);
    expect(untrusted(' '.repeat(257)).markup).toMatch(/U\+0020<\/span>…<\/bdi>$/);
    expect(untrusted('🛰'.repeat(257)).markup).toBe(`<bdi>${'🛰'.repeat(255)}…</bdi>`);
  });
});

describe('a time', () => {
  const SECOND = 1000;
  const MINUTE = 60 * SECOND;
  const HOUR = 60 * MINUTE;
  const DAY = 24 * HOUR;

  it.each([
    [SECOND, 'in 1s'],
    [90 * SECOND, 'in 1m 30s'],
    [HOUR, 'in 1h'],
    [2 * HOUR - 1, 'in 1h 59m'],
    [DAY + HOUR, 'in 1d 1h'],
    [9 * DAY + 23 * HOUR + 59 * MINUTE, 'in 9d 23h'],
    [3 * DAY, 'in 3d'],
    [364 * DAY + 23 * HOUR, 'in 364d 23h'],
    [0, 'just now'],
    [-9 * SECOND, 'just now'],
    [-10 * SECOND, '10s ago'],
    [-3 * DAY, '3d ago'],
  ])('%d ms away is shown as "%s", rounded down', (ms, text) => {
    expect(formatRelative(ms, 0)).toBe(text);
  });

  it('is shown in UTC to the minute, with the full precision in its attributes', () => {
    const instant = Date.UTC(2026, 2, 1, 9, 5, 7, 80);
    expect(renderTime(instant).markup).toBe(
      '<time datetime="2026-03-01T09:05:07.080Z" title="2026-03-01T09:05:07.080Z">2026-03-01 09:05 UTC</time>',
    );
    expect(renderMoment(instant, instant).markup).toContain('just now');
  });
});
