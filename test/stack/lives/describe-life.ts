import { type Life, MINUTE, type Span, type Token } from './life.ts';

/** A life in a few lines that a person can follow, in minutes from its beginning. */
export function portrait({ id, step, steps, places }: Life): string {
  const lines = [`${id}: ${steps} steps of ${minutes(step)} min`];
  for (const { labels, layout, replicas, accounts } of places) {
    lines.push(`  ${JSON.stringify(labels)}, scraped through /${layout}`);
    for (const { labels: own, exists, down } of replicas) {
      lines.push(
        `    replica ${own['pod']}: there ${span(exists)}${down.map((one) => `, down ${span(one)}`).join('')}`,
      );
    }
    for (const { name, configured, unread, expected, tokens } of accounts) {
      const unreadable = unread.map(
        (one) => `, unread ${span(one)}${one.replica === undefined ? '' : ' by the last replica'}`,
      );
      lines.push(`    account ${name}: configured ${span(configured)}${unreadable.join('')}`);
      for (const { name: token, role } of expected) lines.push(`      expects ${token} ${role || '(any role)'}`);
      for (const token of tokens) lines.push(`      ${tokenLine(token)}`);
    }
  }
  return lines.join('\n');
}

function tokenLine({ name, role, createdAt, expiresAt, statuses, listed, hidden }: Token): string {
  const said = statuses.map(
    ({ from, status }) => `${status || '(no status)'}${from > 0 ? ` from ${minutes(from)}` : ''}`,
  );
  const dates = `created ${minutes(createdAt)}, expires ${minutes(expiresAt)}, ${said.join(', then ')}`;
  return `${name} ${role}: ${dates}, listed ${span(listed)}${hidden.map((one) => `, but not ${span(one)}`).join('')}`;
}

function span({ from, to }: Span): string {
  return `${minutes(from)}..${minutes(to)}`;
}

function minutes(seconds: number | undefined): string {
  if (seconds === undefined) return 'unknown';
  return Number.isFinite(seconds) ? (seconds / MINUTE).toFixed(1) : seconds > 0 ? 'end' : 'ever';
}
