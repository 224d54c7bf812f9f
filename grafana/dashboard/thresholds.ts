import {
  FieldColorModeId,
  MappingType,
  SpecialValueMatch,
  type Threshold,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type ValueMapping,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { LEVEL } from './urgency.ts';

/** The colour of each state, used in counts, cells, bars and lines. */
export const COLOR = {
  expired: 'dark-red',
  critical: 'red',
  warning: 'orange',
  unknown: 'purple',
  fine: 'green',
  inactive: '#7f7f7f',
  /** For values that are neither good nor bad. */
  neutral: 'blue',
} as const;

/** No colour. Grafana gives this name a meaning for threshold lines. */
const TRANSPARENT = 'transparent';

/** Bars and gauges are full at this much time left, in seconds. */
export const FULL_SECONDS = 90 * 86_400;

/** The axis of time left over time ends here, in seconds: up to a year, the days before an expiry would be invisible. */
export const AXIS_END_SECONDS = 30 * 86_400;

/** Clock skew above which an alert fires, in seconds. */
export const CLOCK_SKEW_SECONDS = 5 * 60;

/** Age of the last successful fetch above which an alert fires, in seconds. */
export const SUCCESS_AGE_SECONDS = 3600;

/** The default timeout of a fetch (--api.timeout), in seconds. */
export const FETCH_TIMEOUT_SECONDS = 10;

/** Returns threshold steps. The first colour applies from minus infinity. */
export function steps(first: string, ...rest: readonly (readonly [from: number, color: string])[]) {
  const all: Threshold[] = [{ value: null, color: first }, ...rest.map(([value, color]) => ({ value, color }))];
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(all);
}

/**
 * Returns the colours of time left: only an expiry in the past has a colour of its own. Whether little time left is
 * urgent depends on the exporter's settings.
 */
export function timeLeftSteps() {
  return steps(COLOR.expired, [0, COLOR.neutral]);
}

/** Returns the line at the expiry. Grafana draws the line below a transparent step in the colour of the step before. */
export function expiryLine() {
  return steps(COLOR.expired, [0, TRANSPARENT]);
}

/** Returns the lines of a value that should be between `-limit` and `limit`. */
export function limitLines(limit: number) {
  return steps(COLOR.critical, [-limit, TRANSPARENT], [limit, COLOR.critical]);
}

/** Returns the colours of a count that should be 0. */
export function zeroExpected(color: string) {
  return steps(COLOR.fine, [1, color]);
}

/** Returns the property of a field that gives all its values one colour. */
export function fixedColor(color: string) {
  return { id: 'color', value: { mode: FieldColorModeId.Fixed, fixedColor: color } };
}

/** Maps the numbers of a column to labels and colours. */
export function valueLabels(texts: Readonly<Record<string, readonly [text: string, color: string]>>): ValueMapping {
  const options = Object.fromEntries(
    Object.entries(texts).map(([value, [text, color]], index) => [value, { text, color, index }]),
  );
  return { type: MappingType.ValueToText, options };
}

/** Colours the values up to a limit, with their usual text. */
export function colorUpTo(limit: number, color: string): ValueMapping {
  return { type: MappingType.RangeToText, options: { from: null, to: limit, result: { color, index: 0 } } };
}

/** Labels a missing value, or a panel without data. */
export function emptyLabel(text: string, color: string): ValueMapping {
  return {
    type: MappingType.SpecialValue,
    options: { match: SpecialValueMatch.Null, result: { text, color, index: 0 } },
  };
}

/** The labels of the urgency of a token or a group. */
export const URGENCY_LABELS = valueLabels({
  [LEVEL.expired]: ['expired', COLOR.expired],
  [LEVEL.critical]: ['critical', COLOR.critical],
  [LEVEL.warning]: ['warning', COLOR.warning],
  [LEVEL.unknown]: ['expiry unknown', COLOR.unknown],
  [LEVEL.fine]: ['fine', COLOR.fine],
  [LEVEL.grouped]: ['grouped', COLOR.inactive],
  [LEVEL.replaced]: ['replaced', COLOR.inactive],
  [LEVEL.revoked]: ['revoked', COLOR.inactive],
});
