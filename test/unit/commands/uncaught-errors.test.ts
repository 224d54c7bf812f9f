import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { exitOnUncaughtErrors } from '../../../src/commands/uncaught-errors.ts';

/** What is touched of a process, and what it did to it. */
function watched() {
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
  it('ends the process with its place and its code, and without its message', () => {
    const { process, exits, written } = watched();
    process.emit(event, Object.assign(new TypeError('Invalid header: Bearer canary\nof two lines'), { code: 'ERR_X' }));
    expect(exits).toEqual([7]);
    expect(written()).toMatch(/^pointone-token-exporter: internal error, please report it\nTypeError ERR_X\n +at /);
    expect(written()).toContain('uncaught-errors.test.ts');
    expect(written()).not.toMatch(/canary|two lines/);
  });

  it.each(['canary', { message: 'canary' }, undefined])('that is no Error (%j) is not printed either', (thrown) => {
    const { process, exits, written } = watched();
    process.emit(event, thrown);
    expect(exits).toEqual([7]);
    expect(written()).toBe('pointone-token-exporter: internal error, please report it\n(not an Error)\n');
  });
});

it('who reads our output no longer is no crash', () => {
  const { stdout, exits, written } = watched();
  stdout.emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
  expect({ exits, written: written() }).toEqual({ exits: [7], written: '' });
});
