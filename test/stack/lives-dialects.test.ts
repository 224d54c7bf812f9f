import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { DIALECTS, type Dialect, isListed, spellRole, spellStatus } from '../../simulator/dialects.ts';
import { stackTest } from '../support/stack.ts';
import { compareCheck, type ExpiryState } from './lives/check-comparison.ts';
import { formatProblem } from './lives/comparison.ts';
import { asListedIn, spellItem } from './lives/dialects.ts';
import { lives, ROLES } from './lives/generate.ts';
import { type Life, MINUTE } from './lives/life.ts';
import { runExporters, type Scrape } from './lives/run-exporters.ts';
import { runRules } from './lives/run-rules.ts';

// Running the exporters of all lives in six dialects takes half a minute on an idle core.
vi.setConfig({ testTimeout: 1_200_000, hookTimeout: 600_000 });

/** LIVES_SEED generates other lives. LIVES_ONLY, for example `h17,m3`, selects some of them. */
const ONLY = process.env['LIVES_ONLY']?.split(',');
const LIVES = lives(process.env['LIVES_SEED'] ?? '1').filter(({ id }) => ONLY?.includes(id) ?? true);
const RULES_FILE = fileURLToPath(new URL('../../alerts/rules.yml', import.meta.url));

/** The dialects whose lists tell less than the documented ones. */
const TELL_LESS: readonly Dialect[] = ['date-only', 'unlisted-when-dead'];

/** The dialects that spell tokens differently. */
const SPELL_DIFFERENTLY: readonly Dialect[] = ['prefixed-enums', 'lower-case', 'epoch-millis'];

/** The dialects in which the exporters run. */
const RUN: readonly Dialect[] = ['documented', ...SPELL_DIFFERENTLY, ...TELL_LESS];

/** The dialects that differ only in the way to the list. The exporters read the documented items there. */
const SAME_LIST = DIALECTS.filter((dialect) => !RUN.includes(dialect));

/** One in nine lives is evaluated with promtool: 60, of every kind of window. */
const LIVES_PER_SAMPLE = 9;

/** The statuses of the lives, with a class and without one. */
const KNOWN_STATUSES = ['ACTIVE', 'EXPIRED', 'REVOKED'];
const UNKNOWN_STATUSES = ['SUSPENDED', 'PENDING_ROTATION'];

/** What the exporters say about all lives in one dialect. */
interface Findings {
  /** Scrapes whose response differs from the documented dialect in more than the API's own words. */
  readonly differences: string[];
  /** Tokens that `check` does not report as the oracle expects. */
  readonly wrong: string[];
  /** How often `check` reports each state of an expiry. */
  readonly counts: Record<ExpiryState, number>;
}

const findings = new Map<Dialect, Findings>(
  RUN.map((dialect) => [
    dialect,
    { differences: [], wrong: [], counts: { expired: 0, critical: 0, warning: 0, abandoned: 0, none: 0 } },
  ]),
);

beforeAll(async () => {
  for (const life of LIVES) {
    const documented = await responsesTo(life, 'documented');
    for (const dialect of SPELL_DIFFERENTLY) {
      for (const [index, response] of (await responsesTo(life, dialect)).entries()) {
        const difference = firstDifference(withDocumentedWords(response, dialect), documented[index] ?? '');
        if (difference !== undefined) findings.get(dialect)?.differences.push(`life ${life.id}: ${difference}`);
      }
    }
    for (const dialect of TELL_LESS) await runLife(asListedIn(dialect, life), dialect);
  }
});

/** Runs the exporters of a life and returns the responses to all scrapes. */
async function responsesTo(life: Life, dialect: Dialect): Promise<string[]> {
  const responses: string[] = [];
  await runLife(life, dialect, async ({ expose }) => {
    responses.push(await expose());
  });
  return responses;
}

/** Runs the exporters of a life and adds what `check` says at each scrape to the findings. */
async function runLife(
  life: Life,
  dialect: Dialect,
  onScrape: (scrape: Scrape) => Promise<void> = async () => undefined,
): Promise<void> {
  for (const deployment of life.deployments) {
    await runExporters(life, deployment, dialect, (scrape) => {
      addCheck(life, dialect, scrape);
      return onScrape(scrape);
    });
  }
}

function addCheck({ id }: Life, dialect: Dialect, scrape: Scrape): void {
  const found = findings.get(dialect);
  for (const { account, name, role, actual, acceptable, isSevereEnough } of compareCheck(scrape, dialect)) {
    if (found !== undefined) found.counts[actual] += 1;
    if (acceptable.has(actual) && isSevereEnough) continue;
    const where = `life ${id} after ${scrape.at / MINUTE} min, ${account} ${name} ${role}`;
    const severity = isSevereEnough ? '' : ', and the check is less severe';
    found?.wrong.push(`${where}: expected ${[...acceptable].join(' or ')}, got ${actual}${severity}`);
  }
}

function firstDifference(actual: string, expected: string): string | undefined {
  if (actual === expected) return undefined;
  const [got, wanted] = [actual.split('\n'), expected.split('\n')];
  const line = wanted.findIndex((text, index) => text !== got[index]);
  return `expected ${wanted[line]}, got ${got[line]}`;
}

/**
 * Replaces the words of a dialect by the documented ones where the metrics show the API's own words: each role, the
 * status in `pointone_token_info`, and a status without a class.
 */
function withDocumentedWords(response: string, dialect: Dialect): string {
  let replaced = response;
  for (const role of ROLES) replaced = replaced.replaceAll(`role="${spellRole(dialect, role)}"`, `role="${role}"`);
  for (const status of UNKNOWN_STATUSES) {
    replaced = replaced.replaceAll(`status="${spellStatus(dialect, status)}"`, `status="${status}"`);
  }
  return replaced.replaceAll(/^(pointone_token_info\{.*status=")(\w+)("\} 1)$/gm, (line, start, word, end) => {
    const status = KNOWN_STATUSES.find((known) => spellStatus(dialect, known) === word);
    return status === undefined ? line : `${start}${status}${end}`;
  });
}

describe('the lives in other dialects', () => {
  it.each(SAME_LIST)('have the items of `documented` in %s', (dialect) => {
    const tokens = LIVES.flatMap(({ deployments }) => deployments.flatMap(({ accounts }) => accounts)).flatMap(
      (account) => account.tokens,
    );
    for (const token of tokens) {
      for (const { status } of token.statuses) {
        const listed = { ...token, key: '', status };
        expect(spellItem(dialect, listed)).toEqual(spellItem('documented', listed));
      }
    }
  });

  it.each(SPELL_DIFFERENTLY)('have the series of `documented` in %s, except for the words of the API', (dialect) => {
    expect(findings.get(dialect)?.differences.slice(0, 5)).toEqual([]);
  });

  it.each(RUN)('have every expiring and expired token reported by `check` in %s', (dialect) => {
    expect(findings.get(dialect)?.wrong.slice(0, 5)).toEqual([]);
  });

  it.skipIf(ONLY !== undefined).each(RUN)('contain every state of a token often in %s', (dialect) => {
    // `check` knows only the list.
    const absent = isListed(dialect, 'EXPIRED') ? [] : ['expired', 'abandoned'];
    const counts = Object.entries(findings.get(dialect)?.counts ?? {});
    expect(counts.filter(([, count]) => count < 100).map(([state]) => state)).toEqual(absent);
  });

  for (const dialect of TELL_LESS) {
    stackTest(`miss no expiry and send no false page in ${dialect}`, ['promtool'], async () => {
      const sample = LIVES.filter((_, index) => index % LIVES_PER_SAMPLE === 0);
      const problems = await runRules(sample, RULES_FILE, dialect);
      expect(problems.slice(0, 5).map(formatProblem)).toEqual([]);
    });
  }
});
