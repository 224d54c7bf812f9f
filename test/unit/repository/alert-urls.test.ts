import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FILES_WITH_URLS, readAlertUrls, urlWarnings, withUrls } from '../../../scripts/alert-urls.ts';
import { commandsMatching, TESTED_ELSEWHERE } from '../../support/documented-commands.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const read = (file: string): string => readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8');

describe('the URLs of the alerts', () => {
  it.each(FILES_WITH_URLS)('in %s are those of alerts/urls.json (else: npm run alert-urls)', (file) => {
    expect(withUrls(read(file), readAlertUrls())).toBe(read(file));
  });

  it.each(FILES_WITH_URLS)('in %s all follow alerts/urls.json', (file) => {
    const moved = withUrls(read(file), { runbooks: 'https://a.test/r', dashboard: 'https://a.test/$1' });
    const named = moved.match(/^ +runbook_url: .*$/gm) ?? [];
    expect(named.length).toBeGreaterThan(1);
    for (const line of named) expect(line).toMatch(/^ +runbook_url: https:\/\/a\.test\/r\/PointOne\w+\.md$/);
    expect(moved.match(/^ +dashboard_url: https:\/\/a\.test\/\$1$/gm)).toHaveLength(named.length);
  });

  it('are on every alert, and at the start of the rules, where their reader sees them', () => {
    const rules = read('alerts/rules.yml');
    const { runbooks, dashboard } = readAlertUrls();
    expect(rules.match(/^ +runbook_url: /gm)).toHaveLength(rules.match(/- alert: /g)?.length ?? 0);
    const comment = rules.slice(0, rules.indexOf('\ngroups:'));
    expect(comment).toContain(`#   runbooks:  ${runbooks}\n#   dashboard: ${dashboard}\n`);
    const moved = withUrls(rules, { runbooks: 'https://a.test/r', dashboard: 'https://a.test/d' });
    expect(moved).not.toContain(runbooks);
    expect(moved.split('\n')).toHaveLength(rules.split('\n').length);
  });

  it.each(commandsMatching(TESTED_ELSEWHERE.urls.commands))('can be set without a clone: %s', (_location, commands) => {
    const folder = temporaryFolder();
    const file = join(folder, 'rules.yml');
    writeFileSync(file, read('alerts/rules.yml'));
    execFileSync('bash', ['-c', commands], { cwd: folder });
    const urls = {
      runbooks: 'https://exporter.example/runbooks',
      dashboard: 'https://grafana.example/d/pointone-tokens',
    };
    expect(readFileSync(file, 'utf8')).toBe(withUrls(read('alerts/rules.yml'), urls));
  });

  it('cause a warning if they work on one machine only', () => {
    const urls = { runbooks: 'http://localhost:10210/runbooks', dashboard: 'https://grafana.example/d/x' };
    expect(urlWarnings(urls)).toEqual([expect.stringContaining('runbooks is http://localhost:10210/runbooks')]);
    expect(urlWarnings({ ...urls, runbooks: 'https://wiki.example/runbooks' })).toEqual([]);
  });
});
