import { describe, expect, it } from 'vitest';
import { helpText } from '../../../src/config/help.ts';
import { COMMANDS, SETTINGS, type Setting } from '../../../src/config/settings.ts';

const HELP = helpText();
/** Without line breaks, which may fall anywhere. */
const FLOW = HELP.replace(/\s+/g, ' ');

describe.each(Object.values<Setting<unknown>>(SETTINGS))(
  '--$flag',
  ({ flag, variable, placeholder, help, parser, default: fallback }) => {
    it('is in the help, with its value, its variable and what it does', () => {
      const value = placeholder === undefined ? '' : `=${placeholder}`;
      expect(HELP.split('\n')).toContain(`  --${flag}${value}${variable === undefined ? '' : `  (${variable})`}`);
      expect(FLOW).toContain(help);
    });

    it('is in the help with its default, unless it is a switch or has none', () => {
      const shown = FLOW.includes(`${help} Accepted: ${parser.accepts}. Default: `);
      expect(shown).toBe(placeholder !== undefined && fallback !== undefined);
      if (shown) expect(FLOW).toContain(`${help} Accepted: ${parser.accepts}. Default: ${fallback} `);
      else if (placeholder !== undefined) expect(FLOW).toContain(`${help} Accepted: ${parser.accepts}. `);
    });
  },
);

it.each(Object.entries(COMMANDS))('the command %s is in the help', (command, help) => {
  expect(HELP.split('\n')).toContain(`  ${command}`);
  expect(FLOW).toContain(help);
});

it.each(['POINTONE_API_TOKEN', 'HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY', 'NODE_EXTRA_CA_CERTS', '--help', '--version'])(
  '%s is in the help',
  (word) => {
    expect(HELP).toMatch(new RegExp(`(^|[ ,])${word}($|[ ,])`, 'm'));
  },
);

it('no line is wider than 100 columns, and the last one is ended', () => {
  expect(HELP.split('\n').filter(({ length }) => length > 100)).toEqual([]);
  expect(HELP.endsWith('\n')).toBe(true);
});
