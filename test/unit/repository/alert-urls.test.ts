import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readAlertUrls, withUrls } from '../../../scripts/alert-urls.ts';

const rules = readFileSync(new URL('../../../alerts/rules.yml', import.meta.url), 'utf8');

it('alerts/rules.yml has the URLs of alerts/urls.json (otherwise run npm run alert-urls)', () => {
  expect(withUrls(rules, readAlertUrls())).toBe(rules);
});

it('every URL in alerts/rules.yml comes from alerts/urls.json', () => {
  const changed = withUrls(rules, { runbooks: 'https://a.test/r', dashboard: 'https://a.test/$1' });
  const alerts = rules.match(/- alert: /g)?.length ?? 0;
  expect(alerts).toBeGreaterThan(15);
  expect(changed.match(/runbook_url: https:\/\/a\.test\/r\/PointOne\w+\.md\n/g)).toHaveLength(alerts);
  expect(changed.match(/dashboard_url: https:\/\/a\.test\/\$1\n/g)).toHaveLength(alerts);
});
