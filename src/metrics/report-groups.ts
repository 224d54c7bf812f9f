import type { Report } from '../model/report.ts';
import { createdAtLabel, distinctTokens, type Token } from '../model/token.ts';
import { ACCOUNT_FAMILIES, ACCOUNT_LABELS, type AccountRow } from './account-families.ts';
import { createGroup, type FamilyGroup } from './exposition.ts';
import { encodeFamilies, escapeLabel, labelPairs, type Row } from './family.ts';
import { TOKEN_FAMILIES } from './token-families.ts';

const ACCOUNTS = encodeFamilies(ACCOUNT_FAMILIES);
const TOKENS = encodeFamilies(TOKEN_FAMILIES);

/** Creates the groups for the reports of a scrape: first the accounts, then their tokens. */
export function reportGroups(reports: readonly Report[]): FamilyGroup[] {
  const accounts = reports.map((report): Row<AccountRow> => {
    const exportedTokens = report.outcome.ok ? distinctTokens(report.outcome.tokens) : [];
    return { subject: { report, exportedTokens }, labels: labelPairs(ACCOUNT_LABELS, [report.account]) };
  });
  return [createGroup(ACCOUNTS, accounts), createGroup(TOKENS, { [Symbol.iterator]: () => tokenRows(accounts) })];
}

/** Yields one row at a time, so that only a few labels are in memory. */
function* tokenRows(accounts: readonly Row<AccountRow>[]): Generator<Row<Token>> {
  for (const { subject, labels: account } of accounts) {
    for (const token of subject.exportedTokens) yield { subject: token, labels: tokenLabels(account, token) };
  }
}

/** Formats the pairs of TOKEN_LABELS, as a test verifies. The account's pair is formatted once for all its tokens. */
function tokenLabels(account: string, token: Token): string {
  const [name, role] = [escapeLabel(token.name), escapeLabel(token.role)];
  return `${account},name="${name}",role="${role}",created_at="${createdAtLabel(token)}"`;
}
