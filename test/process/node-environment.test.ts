import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { simulate, temporaryFolder } from '../support/exporter.ts';
import { run } from '../support/exporter-process.ts';

const COMMANDS: readonly [args: string[], status: number][] = [
  [['serve', '--web.listen-address=127.0.0.1:0'], 1],
  [['metrics'], 1],
  [['check'], 3],
  [['--config.check'], 1],
];

describe.each(COMMANDS)('%j does not start', (args, status) => {
  it('if NODE_EXTRA_CA_CERTS names a file that is missing or has no certificate', async () => {
    const { simulator, user } = await simulate();
    const folder = await temporaryFolder();
    const [missing, text] = [join(folder, 'missing.pem'), join(folder, 'text.pem')];
    await writeFile(text, 'hello\n');
    for (const [file, problem] of [
      [missing, 'does not exist'],
      [text, 'contains no certificate in PEM format'],
    ]) {
      const { code, stdout, stderr } = await run(args, {
        POINTONE_API_ENDPOINT: simulator.url,
        POINTONE_API_TOKEN: user.credential,
        NODE_EXTRA_CA_CERTS: String(file),
      });
      expect(code).toBe(status);
      expect(stderr).toContain(`NODE_EXTRA_CA_CERTS: ${file} ${problem}`);
      if (args[0] === 'check') expect(stdout).toContain(`${file} ${problem}`);
    }
    expect(simulator.calls.total).toBe(0);
  });

  it('with a variable that makes Node trust every certificate, or print the token', async () => {
    const { simulator, user } = await simulate();
    const { code, stdout, stderr } = await run(args, {
      POINTONE_API_ENDPOINT: simulator.url,
      POINTONE_API_TOKEN: user.credential,
      NODE_TLS_REJECT_UNAUTHORIZED: '0',
      NODE_DEBUG: 'http,net,tls',
    });
    expect(code).toBe(status);
    expect(stderr).toMatch(/^ {2}NODE_TLS_REJECT_UNAUTHORIZED: /m);
    expect(stderr).toMatch(/^ {2}NODE_DEBUG: /m);
    expect(stdout + stderr).not.toContain(user.credential);
    expect(simulator.calls.total).toBe(0);
  });
});
