import {
  MappingType,
  type Threshold,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type ValueMapping,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DEFAULT_THRESHOLDS } from '../../src/model/urgency.ts';
import { LEVEL } from './urgency.ts';

/** One colour for each state, everywhere: in counts, cells, bars and lines. */
export const COLOR = {
  expired: 'dark-red',
  critical: 'red',
  warning: 'orange',
  unknown: 'purple',
  fine: 'green',
  quiet: '#7f7f7f',
} as const;

/** Bars and gauges are full at this much time left, in seconds: whatever has more needs no look. */
export const FULL_SECONDS = 90 * 86_400;

/** A clock that is off by more than this (seconds) is an alert. */
export const CLOCK_SKEW_SECONDS = 5 * 60;

/** A list that was last read longer ago than this (seconds) is an alert. */
export const SUCCESS_AGE_SECONDS = 3600;

/** How long a fetch may take by default (--api.timeout), in seconds. */
export const FETCH_TIMEOUT_SECONDS = 10;

/** Colours by value; the first one holds from minus infinity on. */
export function steps(first: string, ...rest: readonly (readonly [from: number, color: string])[]) {
  const all: Threshold[] = [{ value: null, color: first }, ...rest.map(([value, color]) => ({ value, color }))];
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(all);
}

/**
 * Colours of time left, by the absolute limits alone. A token that was made to live a few days is fine for most of them;
 * that is what the column "Urgency" is for.
 */
export function timeLeftSteps() {
  return steps(
    COLOR.expired,
    [0, COLOR.critical],
    [DEFAULT_THRESHOLDS.critical.leftMs / 1000, COLOR.warning],
    [DEFAULT_THRESHOLDS.warning.leftMs / 1000, COLOR.fine],
  );
}

/** Colours of a count of things that there should be none of. */
export function noneOf(color: string) {
  return steps(COLOR.fine, [1, color]);
}

/** Words and colours for the numbers of a column. */
export function words(texts: Readonly<Record<string, readonly [text: string, color: string]>>): ValueMapping {
  const options = Object.fromEntries(
    Object.entries(texts).map(([value, [text, color]], index) => [value, { text, color, index }]),
  );
  return { type: MappingType.ValueToText, options };
}

/** The words for a token's urgency. */
export const URGENCY_WORDS = words({
  [LEVEL.expired]: ['expired', COLOR.expired],
  [LEVEL.critical]: ['critical', COLOR.critical],
  [LEVEL.warning]: ['warning', COLOR.warning],
  [LEVEL.unknown]: ['expiry unknown', COLOR.unknown],
  [LEVEL.fine]: ['fine', COLOR.fine],
  [LEVEL.replaced]: ['replaced', COLOR.quiet],
  [LEVEL.revoked]: ['revoked', COLOR.quiet],
});
