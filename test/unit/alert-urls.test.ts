import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readAlertUrls, withUrls } from '../../scripts/alert-urls.ts';

const rules = readFileSync(new URL('../../alerts/rules.yml', import.meta.url), 'utf8');

it('alerts/rules.yml has the addresses of alerts/urls.json (else: npm run alert-urls)', () => {
  expect(withUrls(rules, readAlertUrls())).toBe(rules);
});

it('every address of alerts/rules.yml follows alerts/urls.json', () => {
  const moved = withUrls(rules, { runbooks: 'https://a.test/r', dashboard: 'https://a.test/$1' });
  const alerts = rules.match(/- alert: /g)?.length ?? 0;
  expect(alerts).toBeGreaterThan(15);
  expect(moved.match(/runbook_url: https:\/\/a\.test\/r\/PointOne\w+\.md\n/g)).toHaveLength(alerts);
  expect(moved.match(/dashboard_url: https:\/\/a\.test\/\$1\n/g)).toHaveLength(alerts);
});
