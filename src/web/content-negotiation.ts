import { type Format, OPEN_METRICS, TEXT } from '../metrics/family.ts';

interface MediaRange {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly quality: number;
  readonly position: number;
}

/** How a range matches a format: 3 by its full name, 2 by its main type, 1 by `*\/*`, 0 not at all. */
type Precision = 3 | 2 | 1 | 0;

/**
 * Chooses the format by `Accept` (RFC 9110, 12.5.1): OpenMetrics if the client prefers it in version 1.0.0 or without a
 * version, otherwise the text format. Never rejects a request. If quality values are equal, the more precise range wins,
 * then the first one, as in Go exporters. The `escaping` parameter of Prometheus 3 has no effect, because no metric name
 * needs escaping.
 */
export function negotiateFormat(accept: string | undefined): Format {
  const ranges = parse(accept ?? '');
  const openMetrics = bestMatch(ranges, (range) => precision(range, 'application', 'openmetrics-text', '1.0.0'));
  const text = bestMatch(ranges, (range) => precision(range, 'text', 'plain', '0.0.4'));
  if (openMetrics === undefined || openMetrics.range.quality === 0) return TEXT;
  if (text === undefined) return openMetrics.precision > 1 ? OPEN_METRICS : TEXT;
  const preference =
    openMetrics.range.quality - text.range.quality ||
    openMetrics.precision - text.precision ||
    text.range.position - openMetrics.range.position;
  return preference > 0 ? OPEN_METRICS : TEXT;
}

/**
 * Reports whether `Accept-Encoding` (RFC 9110, 12.5.3) prefers gzip to identity. If quality values are equal, an encoding
 * listed by name wins over one that matches `*`, then the first one wins.
 */
export function prefersGzip(acceptEncoding: string | undefined): boolean {
  const ranges = parse(acceptEncoding ?? '');
  const of = (encoding: string): MediaRange | undefined =>
    ranges.find(({ type }) => type === encoding) ?? ranges.find(({ type }) => type === '*');
  const [gzip, identity] = [of('gzip'), of('identity')];
  if (gzip === undefined || gzip.quality === 0) return false;
  // An encoding that is not listed is the last resort.
  if (identity === undefined) return true;
  if (gzip.quality !== identity.quality) return gzip.quality > identity.quality;
  if (gzip.type !== '*' && identity.type !== '*') return gzip.position < identity.position;
  return identity.type === '*';
}

function precision({ type, parameters }: MediaRange, main: string, sub: string, version: string): Precision {
  if (type === `${main}/${sub}`) return (parameters.get('version') ?? version) === version ? 3 : 0;
  if (type === `${main}/*`) return 2;
  return type === '*/*' ? 1 : 0;
}

/** Returns the most precise matching range; among equals, the one with the highest quality. */
function bestMatch(ranges: readonly MediaRange[], precisionOf: (range: MediaRange) => Precision) {
  return ranges
    .map((range) => ({ range, precision: precisionOf(range) }))
    .filter(({ precision }) => precision > 0)
    .sort((a, b) => b.precision - a.precision || b.range.quality - a.range.quality)
    .at(0);
}

function parse(accept: string): MediaRange[] {
  return accept.split(',').map((part, position) => {
    const [type = '', ...pairs] = part.split(';').map((piece) => piece.trim().toLowerCase());
    const parameters = new Map(
      pairs.map((pair) => {
        const [name = '', value = ''] = pair.split('=', 2);
        return [name.trim(), value.trim().replace(/^"(.*)"$/, '$1')];
      }),
    );
    return { type, parameters, quality: qualityOf(parameters.get('q')), position };
  });
}

function qualityOf(value: string | undefined): number {
  if (value === undefined) return 1;
  const quality = Number(value);
  return quality >= 0 && quality <= 1 ? quality : 0;
}
