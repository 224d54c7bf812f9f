import { describe, expect, it } from 'vitest';
import { type Column, layOut } from '../../../src/check/columns.ts';
import { displayWidth } from '../../../src/runtime/display-width.ts';

const COLUMNS: readonly Column[] = [
  { title: 'STATE' },
  { title: 'LEFT', alignRight: true },
  { title: 'NAME', isElastic: true },
  { title: 'ROLE', isElastic: true },
];
const ROWS = [
  ['fine', '12d', 'a name of some length', 'ROLE_READ_WRITE'],
  ['critical', '2d 23h', '測量', '-'],
];

/** Nothing painted, the lines alone. */
function lines(room: number): string[] {
  return layOut(COLUMNS, ROWS, room, (text) => text);
}

describe('columns', () => {
  it('are as wide as their widest cell, wherever that stands', () => {
    expect(lines(Number.POSITIVE_INFINITY)).toEqual([
      'STATE       LEFT  NAME                   ROLE',
      'fine         12d  a name of some length  ROLE_READ_WRITE',
      'critical  2d 23h  測量                   -',
    ]);
  });

  it('give way where there is too little room, the widest first', () => {
    expect(lines(50)).toEqual([
      'STATE       LEFT  NAME             ROLE',
      'fine         12d  a name of some…  ROLE_READ_WRITE',
      'critical  2d 23h  測量             -',
    ]);
    for (let room = 36; room < 60; room += 1) {
      for (const line of lines(room)) expect(displayWidth(line)).toBeLessThanOrEqual(room);
    }
  });

  it('are never cut to nothing', () => {
    expect(lines(1)).toEqual([
      'STATE       LEFT  NAME      ROLE',
      'fine         12d  a name …  ROLE_RE…',
      'critical  2d 23h  測量      -',
    ]);
  });

  it('are painted without their padding', () => {
    const painted = layOut(COLUMNS, ROWS, 80, (text, row, column) => (row === -1 ? text : `<${row}${column}:${text}>`));
    expect(painted[2]).toBe('<10:critical>  <11:2d 23h>  <12:測量>                   <13:->');
  });
});
