import pLimit from 'p-limit';
import type { Dialect } from '../../../simulator/dialects.ts';
import { Collector } from '../../../src/accounts/collector.ts';
import { Collectors } from '../../../src/accounts/collectors.ts';
import { ExporterMetrics } from '../../../src/metrics/exporter-metrics.ts';
import { type FamilyGroup, writeExposition } from '../../../src/metrics/exposition.ts';
import { TEXT } from '../../../src/metrics/family.ts';
import { reportGroups } from '../../../src/metrics/report-groups.ts';
import type { Instant } from '../../../src/model/instant.ts';
import { failedOutcome, type Report } from '../../../src/model/report.ts';
import { createStatusClassifier } from '../../../src/model/status.ts';
import type { FetchResult, Upstream } from '../../../src/pointone/client.ts';
import { interpretResponse } from '../../../src/pointone/response.ts';
import type { Clock } from '../../../src/runtime/clock.ts';
import { spellAnyRole, spellItem } from './dialects.ts';
import { type Account, instantOf } from './life.ts';
import type { ListedToken, Target } from './scrape.ts';

const BUILD = { version: '0.1.0', revision: 'unknown', nodeVersion: 'v24.0.0', homepage: undefined };

/** Longer than any fetch of a life takes. */
const TIMEOUT_MS = 10_000;

const CLOCK_SKEW_MS = 400;

/**
 * One process of the real exporter, from its start to its end. Its collectors, parser and metric families are those of
 * the program. Only the clock and the answers of the API are the life's.
 */
export class ExporterProcess {
  readonly #dialect: Dialect;
  readonly #classifyStatus = createStatusClassifier();
  readonly #limit = pLimit(Number.POSITIVE_INFINITY);
  /** The metrics of the exporter itself. They do not change, because no configuration file is reloaded. */
  readonly #ownMetrics: Promise<FamilyGroup[]>;
  /** What the API answers at the current scrape, by account: the list, or undefined for a failure. */
  readonly #lists = new Map<string, readonly ListedToken[] | undefined>();
  #collectors: ReadonlyMap<string, Collector> = new Map();
  #now: Instant;
  readonly #clock: Clock = { now: () => this.#now, monotonic: () => this.#now };

  /** @param startedAt seconds since the start of the life */
  constructor(startedAt: number, dialect: Dialect) {
    this.#dialect = dialect;
    this.#now = instantOf(startedAt);
    this.#ownMetrics = new ExporterMetrics(BUILD, false, this.#now).groups();
  }

  /** Applies the accounts of the configuration. An account that stays keeps its collector, as after a reload. */
  configure(accounts: readonly Account[]): void {
    this.#collectors = new Map(
      accounts.map((account) => [account.name, this.#collectors.get(account.name) ?? this.#createCollector(account)]),
    );
  }

  /** Collects the accounts of a target at a time in seconds, as a scrape of its path does. */
  collect({ accounts }: Pick<Target, 'accounts'>, at: number): Promise<Report[]> {
    this.#now = instantOf(at);
    for (const { account, list } of accounts) this.#lists.set(account, list);
    const requested = accounts.flatMap(({ account }) => {
      const collector = this.#collectors.get(account);
      return collector === undefined ? [] : [[account, collector] as const];
    });
    return new Collectors(new Map(requested)).collect(Number.POSITIVE_INFINITY);
  }

  /** Returns the response to a scrape in Prometheus' text format. Only `/metrics` contains the exporter's own metrics. */
  async expose({ path }: Pick<Target, 'path'>, reports: readonly Report[]): Promise<string> {
    const groups: FamilyGroup[] = [...reportGroups(reports), ...(path === '/probe' ? [] : await this.#ownMetrics)];
    const chunks = [...writeExposition(groups, this.#now, TEXT)].filter((chunk) => chunk !== undefined);
    return Buffer.concat(chunks).toString();
  }

  #createCollector({ name, expected }: Account): Collector {
    const upstream: Upstream = { fetchTokens: () => this.#fetch(name) };
    return new Collector({
      account: name,
      // Users write the roles as the API spells them.
      expected: expected.map((one) => ({ name: one.name, role: spellAnyRole(this.#dialect, one.role) || undefined })),
      timeoutMs: TIMEOUT_MS,
      upstream,
      limit: this.#limit,
      clock: this.#clock,
      onReport: () => undefined,
    });
  }

  async #fetch(account: string): Promise<FetchResult> {
    const list = this.#lists.get(account);
    const [pauseMs, credentialExpiresAt] = [0, undefined];
    if (list === undefined) {
      const outcome = failedOutcome('network', 'the connection failed');
      return { outcome, pauseMs, clockSkewMs: undefined, credentialExpiresAt };
    }
    const json = { data: { viewPersonalAccessTokens: list.map((token) => spellItem(this.#dialect, token)) } };
    const response = { status: 200, headers: NO_HEADERS, pauseMs, tokens: [], json, bodyKind: 'json' as const };
    const outcome = await interpretResponse(response, this.#classifyStatus);
    return { outcome, pauseMs, clockSkewMs: CLOCK_SKEW_MS, credentialExpiresAt };
  }
}

const NO_HEADERS = new Headers();
