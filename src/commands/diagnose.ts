import { SETTINGS } from '../config/settings.ts';
import { STATUS_SETTINGS, statusLists } from '../config/status-lists.ts';
import { diagnoseAccount, readSecret } from '../diagnose/account-diagnosis.ts';
import { formatDiagnosis, formatIntroduction, formatResult } from '../diagnose/report-output.ts';
import type { StatusSettings } from '../diagnose/status-findings.ts';
import { isUnderstood, verdict } from '../diagnose/verdict.ts';
import { createStatusClassifier, type StatusClass } from '../model/status.ts';
import { Connections } from '../pointone/connections.ts';
import { systemClock } from '../runtime/clock.ts';
import { escapeInvisible } from '../runtime/display-text.ts';
import type { Configuration } from './configuration.ts';
import { type CommandContext, userAgent } from './context.ts';

/**
 * Looks at the API once for each account, one after the other, and prints what it found. Returns exit status 0 if every
 * list was read and everything in it is understood.
 */
export async function diagnose({ configuration, build, process, shutdown }: CommandContext): Promise<number> {
  shutdown.failOnSignal();
  const { settings, accounts } = configuration;
  const { version, revision, nodeVersion } = build;
  const program = `pointone-token-exporter ${version} (revision ${revision}, node ${nodeVersion}, ${process.platform} ${process.arch})`;
  process.stdout.write(formatIntroduction(program, systemClock.now(), settings.showNames));

  const secrets = await Promise.all(accounts.map(readSecret));
  const shared = {
    maxResponseSize: settings.apiMaxResponseSize,
    classifyStatus: createStatusClassifier(statusLists(settings)),
    userAgent: userAgent(build),
    clock: systemClock,
    showNames: settings.showNames,
    credentials: secrets.filter((secret) => secret !== undefined),
  };
  const statuses = statusSettings(configuration);
  let understood = 0;
  for (const [index, account] of accounts.entries()) {
    // New connections for each account, so that its diagnosis shows how they are established.
    const connections = new Connections(configuration.proxy);
    const diagnosis = await diagnoseAccount({
      ...shared,
      account,
      dispatcher: connections.dispatcherFor(account.endpoint),
    });
    connections.close();
    const findings = verdict(diagnosis, statuses);
    const number = `Account ${index + 1} of ${accounts.length}`;
    const title = settings.showNames ? `${number}: ${escapeInvisible(account.name)}` : number;
    process.stdout.write(`\n${formatDiagnosis(diagnosis, findings, title)}`);
    if (isUnderstood(findings)) understood += 1;
  }
  process.stdout.write(`\n${formatResult(understood, accounts.length)}`);
  return understood === accounts.length && accounts.length > 0 ? 0 : 1;
}

function statusSettings({ settings }: Configuration): StatusSettings {
  const lists = statusLists(settings);
  const setting = (statusClass: StatusClass) => {
    const { flag, variable } = SETTINGS[STATUS_SETTINGS[statusClass]];
    return { flag, variable, configured: lists[statusClass] };
  };
  return { ACTIVE: setting('ACTIVE'), EXPIRED: setting('EXPIRED'), REVOKED: setting('REVOKED') };
}
