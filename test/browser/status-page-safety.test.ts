import { describe, expect } from 'vitest';
import { browserTest } from '../support/browser.ts';
import { createMultiAccountExporter, simulate } from '../support/exporter.ts';
import { HOSTILE_STRINGS } from '../support/hostile-strings.ts';

/** Strings that would set `window.hit`, add an element or open a dialog if the page did not escape them. */
const ATTACKS = [
  '<script>window.hit = 1</script>',
  '</script><script>window.hit = 1</script>',
  '</style><style>body { display: none }</style>',
  '<img src=x onerror="window.hit = 1">',
  '"><svg onload="window.hit = 1">',
  "' onmouseover='alert(1)",
  '" autofocus onfocus="alert(1)',
  'javascript:alert(1)',
  '<a href="javascript:alert(1)">click</a>',
  '<base href="https://attacker.example/">',
  '<meta http-equiv="refresh" content="0;url=https://attacker.example/">',
  '<form action="https://attacker.example/"><button>go</button></form>',
  '<!--',
  ']]>',
  '&lt;b&gt; &amp;#60;',
  '{{7*7}} #{7*7}',
] as const;

const ELEMENTS =
  'script, style, base, meta, img, iframe, form, svg, details, a, [onload], [onerror], [onfocus], [style]';

describe('a hostile string', () => {
  browserTest('is shown as text in every field of a token and in the name of an account', async (open) => {
    const { simulator, user } = await simulate();
    const texts = [...ATTACKS, ...HOSTILE_STRINGS];
    for (const text of texts) user.add({ name: text, description: text, odd: { role: text, status: text } });
    const exporter = await createMultiAccountExporter(simulator, [user], {
      accounts: { [user.id]: { name: ATTACKS.join(' ') } },
    });
    const { url } = await exporter.listen();
    const page = await open(url);

    const harmless = await simulate();
    for (const [index] of texts.entries())
      harmless.user.add({ name: `a${index}`, description: 'a', odd: { role: 'a', status: 'a' } });
    const harmlessPage = await open(
      (await (await createMultiAccountExporter(harmless.simulator, [harmless.user])).listen()).url,
    );
    const elements = (of: typeof page) =>
      of.locator(ELEMENTS).evaluateAll((all) => all.map((element) => element.tagName));
    expect(await elements(page)).toEqual(await elements(harmlessPage));
    expect(await page.evaluate('window.hit')).toBeUndefined();

    const shown = async (selector: string): Promise<string[]> =>
      (await page.locator(`#tokens-table ${selector} bdi`).allTextContents()).toSorted();
    const visible = texts.map(withVisibleCharacters).toSorted();
    expect(await shown('th > ')).toEqual(visible);
    expect(await shown('.description')).toEqual(visible);
    expect(await shown('[data-label=Role]')).toEqual(visible);
    expect(await shown('[data-label=Status]')).toEqual(visible);
    expect(new Set(await shown('[data-label=Account]'))).toEqual(new Set([expect.stringContaining(ATTACKS[0])]));
  });

  browserTest('is shown as text in the filter, from the URL and from the keyboard', async (open) => {
    const { simulator, user } = await simulate();
    user.add({ name: ATTACKS[0] });
    const { url } = await (await createMultiAccountExporter(simulator, [user])).listen();
    const page = await open('about:blank');
    for (const text of ATTACKS) {
      await page.goto(`${url}/?q=${encodeURIComponent(text)}&sort=${encodeURIComponent(text)}`);
      expect(await page.getByLabel('Filter').inputValue()).toBe(text);
      expect(await page.evaluate('window.hit')).toBeUndefined();
    }
    await page.goto(url);
    await page.getByLabel('Filter').fill(ATTACKS[0]);
    await page.waitForURL(/q=/);
    expect(await page.locator('#tokens-table tbody th').allInnerTexts()).toEqual([ATTACKS[0]]);
    expect(await page.evaluate('window.hit')).toBeUndefined();
  });
});

describe('the content security policy', () => {
  browserTest('blocks injected elements and attributes', async (open) => {
    const { simulator, user } = await simulate();
    const { url } = await (await createMultiAccountExporter(simulator, [user])).listen();
    const page = await open('about:blank');
    page.removeAllListeners('console');
    await page.goto(url);
    await page.evaluate(`
      window.violations = [];
      document.addEventListener('securitypolicyviolation', (event) => window.violations.push(event.effectiveDirective));
      const script = document.createElement('script');
      script.textContent = 'window.hit = 1';
      document.body.append(script);
      const holder = document.createElement('div');
      holder.innerHTML = '<img src="/metrics"><b style="color: red" onclick="window.hit = 1">b</b><iframe src="/sd"></iframe>';
      document.body.append(holder);
      holder.querySelector('b').click();
    `);
    await page.waitForFunction('window.violations.length >= 5');
    expect(await page.evaluate('window.hit')).toBeUndefined();
    const violations = await page.evaluate('[...new Set(window.violations)].sort()');
    expect(violations).toEqual(['frame-src', 'img-src', 'script-src-attr', 'script-src-elem', 'style-src-attr']);
  });
});

/** Replaces invisible characters as the page does. */
function withVisibleCharacters(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u202e\ufeff]/gu, (character) => {
    const short = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }[character];
    return short ?? `U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
  });
}
