import { describe, expect, it } from 'vitest';
import { helpText } from '../../../src/config/help.ts';
import { COMMANDS, SETTINGS, type Setting } from '../../../src/config/settings.ts';

const HELP = helpText();
/** The help without line breaks, which may be anywhere. */
const UNWRAPPED = HELP.replace(/\s+/g, ' ');

describe.each(Object.values<Setting<unknown>>(SETTINGS))(
  '--$flag',
  ({ flag, variable, placeholder, help, parser, default: fallback }) => {
    it('is in the help with its placeholder, variable and description', () => {
      const value = placeholder === undefined ? '' : `=${placeholder}`;
      expect(HELP.split('\n')).toContain(`  --${flag}${value}${variable === undefined ? '' : `  (${variable})`}`);
      expect(UNWRAPPED).toContain(help);
    });

    it('is in the help with its default, unless it is boolean or has none', () => {
      const hasDefault = UNWRAPPED.includes(`${help} Accepted: ${parser.accepts}. Default: `);
      expect(hasDefault).toBe(placeholder !== undefined && fallback !== undefined);
      if (hasDefault) expect(UNWRAPPED).toContain(`${help} Accepted: ${parser.accepts}. Default: ${fallback} `);
      else if (placeholder !== undefined) expect(UNWRAPPED).toContain(`${help} Accepted: ${parser.accepts}. `);
    });
  },
);

it.each(Object.entries(COMMANDS))('the command %s is in the help', (command, help) => {
  expect(HELP.split('\n')).toContain(`  ${command}`);
  expect(UNWRAPPED).toContain(help);
});

it.each(['POINTONE_API_TOKEN', 'HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY', 'NODE_EXTRA_CA_CERTS', '--help', '--version'])(
  '%s is in the help',
  (name) => {
    expect(HELP).toMatch(new RegExp(`(^|[ ,])${name}($|[ ,])`, 'm'));
  },
);

it('no line is wider than 100 columns, and the last line ends with a line break', () => {
  expect(HELP.split('\n').filter(({ length }) => length > 100)).toEqual([]);
  expect(HELP.endsWith('\n')).toBe(true);
});
