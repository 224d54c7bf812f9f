import { visible } from './visible.ts';

/**
 * What a monitoring system shows where the settings are wrong and nothing can be checked: one line, as it reads nothing
 * else and would say otherwise that the plugin printed nothing.
 *
 * @param problems each with its place, one at least
 */
export function unusableSettings(problems: readonly string[]): string {
  const [first = '', ...others] = problems;
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  return `POINTONE UNKNOWN - the settings are wrong: ${visible(first)}${more}\n`;
}
