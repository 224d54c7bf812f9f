import type { Report } from '../model/report.ts';
import { createdAtLabel, distinctTokens, type Token } from '../model/token.ts';
import { ACCOUNT_FAMILIES, ACCOUNT_LABELS, type AccountRow } from './account-families.ts';
import { createGroup, type FamilyGroup } from './exposition.ts';
import { encodeFamilies, escapeLabel, labelPairs, type Row } from './family.ts';

import { TOKEN_FAMILIES } from './token-families.ts';

const ACCOUNTS = encodeFamilies(ACCOUNT_FAMILIES);
const TOKENS = encodeFamilies(TOKEN_FAMILIES);

/** Everything the reports of a scrape have to say: first the accounts, then their tokens. */
export function reportGroups(reports: readonly Report[]): FamilyGroup[] {
  const accounts = reports.map((report): Row<AccountRow> => {
    const shown = report.outcome.ok ? distinctTokens(report.outcome.tokens) : [];
    return { subject: { report, shown }, labels: labelPairs(ACCOUNT_LABELS, [report.account]) };
  });
  return [createGroup(ACCOUNTS, accounts), createGroup(TOKENS, { [Symbol.iterator]: () => tokenRows(accounts) })];
}

/** One by one, so that only few rows' labels are kept at a time. */
function* tokenRows(accounts: readonly Row<AccountRow>[]): Generator<Row<Token>> {
  for (const { subject, labels: account } of accounts) {
    for (const token of subject.shown) yield { subject: token, labels: tokenLabels(account, token) };
  }
}

/** Pairs for TOKEN_LABELS, which the tests hold them to; those that name the account are the same for all its tokens. */
function tokenLabels(account: string, token: Token): string {
  const [name, role] = [escapeLabel(token.name), escapeLabel(token.role)];
  return `${account},name="${name}",role="${role}",created_at="${createdAtLabel(token)}"`;
}
