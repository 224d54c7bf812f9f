import { describe, expect } from 'vitest';
import { runWithInput, stackTest } from '../support/stack.ts';

const FILE = 'alertmanager.yml';

describe('alertmanager.yml', () => {
  stackTest('passes amtool check-config', ['amtool'], async () => {
    expect(await runWithInput('amtool', ['check-config', FILE], '')).toMatchObject({
      code: 0,
      output: expect.stringContaining('SUCCESS'),
    });
  });

  stackTest('routes each severity to its receiver, and other alerts to tickets', ['amtool'], async () => {
    const receiverOf = async (...labels: string[]): Promise<string> => {
      const { code, output } = await runWithInput(
        'amtool',
        ['config', 'routes', 'test', `--config.file=${FILE}`, ...labels],
        '',
      );
      expect(code, output).toBe(0);
      return output.replace(/^Warning:.*\n/m, '').trim();
    };
    expect(await receiverOf('severity=critical', 'alertname=PointOneTokenExpired', 'account=a')).toBe('pages');
    expect(await receiverOf('severity=warning', 'alertname=PointOneTokenExpiringSoon')).toBe('tickets');
    expect(await receiverOf('severity=info', 'alertname=PointOneTokenNameShared')).toBe('notes');
    expect(await receiverOf('alertname=SomethingElse')).toBe('tickets');
  });
});
