import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { exitOnUncaughtErrors } from '../../../src/commands/uncaught-errors.ts';

/** Creates a fake process that records output and exits. */
function fakeProcess() {
  let written = '';
  const exits: unknown[] = [];
  const stdout = new EventEmitter();
  const process = Object.assign(new EventEmitter(), {
    stdout,
    stderr: { write: (text: string) => (written += text) },
    exit: (code: number) => exits.push(code),
  });
  exitOnUncaughtErrors(process as unknown as NodeJS.Process, () => 7);
  return { process, stdout, exits, written: () => written };
}

describe.each(['uncaughtException', 'unhandledRejection'])('an %s', (event) => {
  it('ends the process and prints its stack and code, but not its message', () => {
    const { process, exits, written } = fakeProcess();
    process.emit(event, Object.assign(new TypeError('Invalid header: Bearer canary\nof two lines'), { code: 'ERR_X' }));
    expect(exits).toEqual([7]);
    expect(written()).toMatch(/^pointone-token-exporter: internal error, please report it\nTypeError ERR_X\n +at /);
    expect(written()).toContain('uncaught-errors.test.ts');
    expect(written()).not.toMatch(/canary|two lines/);
  });

  it.each(['canary', { message: 'canary' }, undefined])('that is not an Error (%j) is not printed', (thrown) => {
    const { process, exits, written } = fakeProcess();
    process.emit(event, thrown);
    expect(exits).toEqual([7]);
    expect(written()).toBe('pointone-token-exporter: internal error, please report it\n(not an Error)\n');
  });
});

it('a closed standard output ends the process without a message', () => {
  const { stdout, exits, written } = fakeProcess();
  stdout.emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
  expect({ exits, written: written() }).toEqual({ exits: [7], written: '' });
});
