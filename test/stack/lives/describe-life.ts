import { type Life, MINUTE, type Span, type Token } from './life.ts';

/** Describes a life in a few readable lines, with times in minutes from its start. */
export function describeLife({ id, step, steps, deployments }: Life): string {
  const lines = [`${id}: ${steps} steps of ${formatMinutes(step)} min`];
  for (const { labels, layout, replicas, accounts } of deployments) {
    lines.push(`  ${JSON.stringify(labels)}, scraped through /${layout}`);
    for (const { labels: own, exists, down } of replicas) {
      lines.push(
        `    replica ${own['pod']}: exists ${formatSpan(exists)}${down.map((one) => `, down ${formatSpan(one)}`).join('')}`,
      );
    }
    for (const { name, configured, unreadable, expected, tokens } of accounts) {
      const failures = unreadable.map(
        (one) => `, unreadable ${formatSpan(one)}${one.replica === undefined ? '' : ` by replica ${one.replica}`}`,
      );
      lines.push(`    account ${name}: configured ${formatSpan(configured)}${failures.join('')}`);
      for (const { name: token, role } of expected) lines.push(`      expects ${token} ${role || '(any role)'}`);
      for (const token of tokens) lines.push(`      ${describeToken(token)}`);
    }
  }
  return lines.join('\n');
}

function describeToken({ name, role, createdAt, expiresAt, statuses, listed, hidden }: Token): string {
  const statusChanges = statuses.map(
    ({ from, status }) => `${status || '(no status)'}${from > 0 ? ` from ${formatMinutes(from)}` : ''}`,
  );
  const dates = `created ${formatMinutes(createdAt)}, expires ${formatMinutes(expiresAt)}, ${statusChanges.join(', then ')}`;
  return `${name} ${role}: ${dates}, listed ${formatSpan(listed)}${hidden.map((one) => `, except ${formatSpan(one)}`).join('')}`;
}

function formatSpan({ from, to }: Span): string {
  return `${formatMinutes(from)}..${formatMinutes(to)}`;
}

function formatMinutes(seconds: number | undefined): string {
  if (seconds === undefined) return 'unknown';
  return Number.isFinite(seconds) ? (seconds / MINUTE).toFixed(1) : seconds > 0 ? 'end' : 'start';
}
