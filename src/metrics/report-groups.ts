import type { Report } from '../report.ts';
import { distinctTokens } from '../tokens/distinct.ts';
import { createdAtLabel, type Token } from '../tokens/token.ts';
import { ACCOUNT_FAMILIES, ACCOUNT_LABELS, type AccountView } from './account-families.ts';
import { type Group, group } from './exposition.ts';
import { labelPairs, type Row } from './family.ts';
import { TOKEN_FAMILIES, TOKEN_LABELS } from './token-families.ts';

/** Everything the reports of a scrape have to say: first the accounts, then their tokens. */
export function reportGroups(reports: readonly Report[]): Group[] {
  const accounts = reports.map((report): Row<AccountView> => {
    const shown = report.outcome.ok ? distinctTokens(report.outcome.tokens) : [];
    return { subject: { report, shown }, labels: labelPairs(ACCOUNT_LABELS, [report.account]) };
  });
  return [group(ACCOUNT_FAMILIES, accounts), group(TOKEN_FAMILIES, { [Symbol.iterator]: () => tokenRows(accounts) })];
}

/** One by one, so that no more than one row's labels are kept at a time. */
function* tokenRows(accounts: readonly Row<AccountView>[]): Generator<Row<Token>> {
  for (const { subject } of accounts) {
    const { account } = subject.report;
    for (const token of subject.shown) yield { subject: token, labels: tokenLabels(account, token) };
  }
}

function tokenLabels(account: string, token: Token): string {
  return labelPairs(TOKEN_LABELS, [account, token.name, token.role, createdAtLabel(token)]);
}
