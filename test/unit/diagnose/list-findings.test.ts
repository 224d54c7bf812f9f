import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/diagnose/findings.ts';
import { analyzeList } from '../../../src/diagnose/list-analysis.ts';
import { formatLifetimes, listFindings } from '../../../src/diagnose/list-findings.ts';
import { createMasking } from '../../../src/diagnose/masking.ts';
import { REPOSITORY, repositoryFiles } from '../../support/repository.ts';
import { AT, classifyStatus, listed } from './fixtures.ts';

function findings(items: readonly unknown[], errors: readonly unknown[] = []): Finding[] {
  const masking = createMasking([], { showNames: false });
  const credential = { expiresAt: undefined, issuedAt: undefined };
  return listFindings(analyzeList(items, { classifyStatus, at: AT, errors, masking, credential }));
}

function about(words: string, items: readonly unknown[]): Finding {
  const found = findings(items).filter(({ text }) => text.includes(words));
  expect(found, words).toHaveLength(1);
  return found[0] as Finding;
}

const texts = (found: readonly Finding[]): string[] => found.map(({ text }) => text);

describe('a list', () => {
  it('that is understood only works', () => {
    expect(findings([listed(), listed({ name: 'other', status: 'REVOKED' })])).toEqual([
      { kind: 'works', understood: true, text: 'The exporter reads the name, role, status and dates of 2 tokens.' },
      { kind: 'note', understood: true, text: expect.stringContaining('No listed token is past its expiry') },
    ]);
  });

  it('that is empty is not understood', () => {
    expect(findings([])).toMatchObject([{ kind: 'problem', understood: false }]);
  });

  it('with an item that is not an object is not understood', () => {
    expect(about('1 item of the list is not an object', [listed(), 5])).toMatchObject({
      kind: 'problem',
      understood: false,
    });
    expect(texts(findings([listed(), 5]))[0]).toContain('of 1 of 2 tokens');
  });

  it('with more statuses than can be shown is not understood', () => {
    const items = Array.from({ length: 30 }, (_, n) => listed({ name: `n${n}`, status: `S${n}` }));
    expect(about('more different statuses', items).understood).toBe(false);
  });
});

describe('a field', () => {
  it.each(['name', 'role', 'status', 'createdAt'])('%s that is null or missing is a problem', (field) => {
    const { [field]: _, ...without } = listed();
    expect(about(`${field} is null for every token`, [listed({ [field]: null })])).toMatchObject({
      kind: 'problem',
      understood: false,
    });
    expect(about(`${field} is missing for 1 of 2 tokens (#2)`, [listed(), without]).understood).toBe(false);
    expect(
      about(`${field} is null or missing for 2 of 3 tokens (#3, #2)`, [listed(), without, listed({ [field]: null })]),
    ).toBeTruthy();
  });

  it('description is not needed', () => {
    expect(findings([listed({ description: null }), listed({ name: 'b', description: 5 })])).toHaveLength(2);
  });

  it('expiresAt that is null is to be reported, and missing is a problem', () => {
    const { expiresAt: _, ...without } = listed();
    expect(about('expiresAt is null for 1 of 2 tokens (#2)', [listed(), listed({ expiresAt: null })])).toMatchObject({
      kind: 'report',
      understood: true,
    });
    expect(
      about('expiresAt is missing for 1 of 2 tokens (#2)', [listed({ expiresAt: null }), without]).understood,
    ).toBe(false);
  });

  it('with an unreadable date is a problem, and its format is to be reported', () => {
    const items = [listed({ expiresAt: 'in 3 weeks' })];
    expect(about('expiresAt is unreadable for every token: string "aa 9 aaaaa".', items).kind).toBe('problem');
    expect(about('Report the format of expiresAt', items).understood).toBe(false);
  });

  it('with an error of the API is a problem, and has no format to report', () => {
    const items = [listed(), listed({ expiresAt: null })];
    const found = findings(items, [{ path: ['viewPersonalAccessTokens', 1, 'expiresAt'] }]);
    expect(found).toContainEqual(
      expect.objectContaining({
        kind: 'problem',
        understood: false,
        text: expect.stringContaining('expiresAt is unreadable for 1 of 2 tokens (#2): null with an error.'),
      }),
    );
    expect(texts(found).join()).not.toMatch(/is null for|Report the format/);
  });

  it('that is not a string is a problem with its kind', () => {
    expect(
      about('role is unreadable for 1 of 2 tokens (#2): number.', [listed(), listed({ role: 1 })]).understood,
    ).toBe(false);
    expect(about(': empty string.', [listed({ name: '' })]).understood).toBe(false);
  });
});

describe('dates', () => {
  it('without a zone or time are understood by a guess', () => {
    const items = [listed({ createdAt: '2026-03-01T09:00', expiresAt: '2027-03-01' })];
    const earlierOrLater = expect.stringMatching(/(up to 14 hours earlier.*later|later.*up to 14 hours earlier)/);
    for (const words of ['This is a guess', 'midnight UTC']) {
      expect(about(words, items)).toMatchObject({ kind: 'note', understood: true, text: earlierOrLater });
    }
  });

  it.each([
    ['a creation date in the future', { createdAt: '2026-12-24' }],
    ['an expiry before the creation', { expiresAt: '2026-02-01' }],
    ['an expiry in more than 100 years', { expiresAt: '9999-12-31' }],
  ])('with %s are not understood', (words, dates) => {
    expect(about(`1 token (#1) has ${words}`, [listed(dates)])).toMatchObject({ kind: 'problem', understood: false });
  });
});

describe('a list of which no expiry can raise an alert', () => {
  it.each([
    ['every expiry is null', [listed({ expiresAt: null }), listed({ name: 'b', expiresAt: null })]],
    ['every expiry is unreadable', [listed({ expiresAt: 'soon' })]],
    ['only dead tokens have one', [listed({ expiresAt: null }), listed({ name: 'b', status: 'REVOKED' })]],
  ])('is a problem: %s', (_what, items) => {
    expect(about('the exporter watches none', items)).toMatchObject({ kind: 'problem', understood: false });
  });

  it('says nothing about tokens past their expiry, and not that dates were read', () => {
    const found = texts(findings([listed({ expiresAt: null })]));
    expect(found.join()).not.toMatch(/past its expiry|The exporter reads the name/);
  });
});

describe('tokens', () => {
  const past = (status: string, n: number) =>
    listed({ status, createdAt: `2026-01-0${n}`, expiresAt: '2026-05-01T00:00:00Z' });

  it('that are listed after their expiry are a note with their statuses', () => {
    const items = [past('EXPIRED', 1), past('EXPIRED', 2), past('OLD', 3), listed()];
    expect(about('3 tokens (#1, #2, #3) of 4 are still listed', items)).toMatchObject({
      kind: 'note',
      understood: true,
      text: expect.stringContaining('EXPIRED (2), OLD (1)'),
    });
  });

  it('that stay active after their expiry are to be reported', () => {
    expect(about('active after their expiry', [past('ACTIVE', 1)])).toMatchObject({ kind: 'report', understood: true });
  });

  it('that have expired by status before their expiry are not understood', () => {
    expect(about('expired by status', [listed({ status: 'EXPIRED' })]).understood).toBe(false);
  });

  it('that are duplicates, and names that repeat, are notes without the name', () => {
    const items = [listed(), listed()];
    expect(about('1 token (#2) has the same name', items)).toMatchObject({ kind: 'note', understood: true });
    expect(about('1 name is used more than once', items)).toMatchObject({ kind: 'note', understood: true });
    expect(texts(findings(items)).join()).not.toContain('caster-north');
  });
});

it('lifetimes are formatted as a range', () => {
  expect(formatLifetimes(undefined)).toBe('unknown');
  expect(formatLifetimes({ min: 86_400_000, max: 86_400_000 })).toBe('1d');
  expect(formatLifetimes({ min: -3_600_000, max: 86_400_000 })).toBe('-1h to 1d');
});

it('the findings name only alerts that exist', () => {
  const rules = readFileSync(new URL('alerts/rules.yml', REPOSITORY), 'utf8');
  const alerts = new Set([...rules.matchAll(/- alert: (\w+)/g)].map(([, alert]) => alert));
  const sources = repositoryFiles(/^src\/diagnose\//).map((file) => readFileSync(new URL(file, REPOSITORY), 'utf8'));
  const named = sources.flatMap((source) => [...source.matchAll(/\bPointOne[A-Z]\w+/g)].map(([alert]) => alert));
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((alert) => !alerts.has(alert))).toEqual([]);
});
