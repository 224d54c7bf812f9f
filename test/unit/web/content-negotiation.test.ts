import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OPEN_METRICS, TEXT } from '../../../src/metrics/family.ts';
import { negotiateFormat, prefersGzip } from '../../../src/web/content-negotiation.ts';

const PROMETHEUS_2 =
  'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';
const PROMETHEUS_3 =
  'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2';
const PROMETHEUS_3_PROTOBUF = `application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.7,${PROMETHEUS_3}`;
const PROMETHEUS_3_TEXT_FIRST =
  'text/plain;version=0.0.4;q=0.6,application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,*/*;q=0.2';
const FIREFOX = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
const CHROMIUM =
  'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7';

describe('OpenMetrics is chosen', () => {
  it.each([
    ['for Prometheus 2.42', PROMETHEUS_2],
    ['for Prometheus 3', PROMETHEUS_3],
    ['for Prometheus 3 that prefers protobuf', PROMETHEUS_3_PROTOBUF],
    ['if it is the only format', 'application/openmetrics-text;version=1.0.0'],
    ['without a version', 'application/openmetrics-text'],
    ['with a quoted version', 'application/openmetrics-text; version="1.0.0"'],
    [
      'in any case and with any white space',
      ' Application/OpenMetrics-Text ;  Version=1.0.0 ; Q=0.9 , text/plain;q=0.8',
    ],
    ['with a charset', 'application/openmetrics-text; version=1.0.0; charset=utf-8'],
    ['if it is the first of two equal formats', 'application/openmetrics-text,text/plain'],
    ['if it is equal to a wildcard after it', 'application/openmetrics-text;q=0.5,*/*;q=0.5'],
    ['if it is equal to a wildcard before it', '*/*;q=0.5,application/openmetrics-text;q=0.5'],
    ['if only a wildcard has a higher quality', 'text/plain;q=0.3,application/openmetrics-text;q=0.5,*/*;q=0.9'],
    ['with the lowest quality', 'application/openmetrics-text;q=0.001'],
    [
      'if only its older version is refused',
      'application/openmetrics-text;version=0.0.1;q=0,application/openmetrics-text',
    ],
  ])('%s', (_when, accept) => {
    expect(negotiateFormat(accept)).toBe(OPEN_METRICS);
  });
});

describe('the text format is chosen', () => {
  it.each([
    ['without a header', undefined],
    ['for an empty header', ''],
    ['for curl', '*/*'],
    ['for Firefox', FIREFOX],
    ['for Chromium', CHROMIUM],
    ['for wget', '*/*;q=0.8'],
    ['for Prometheus that is configured to prefer it', PROMETHEUS_3_TEXT_FIRST],
    ['if it is the only format', 'text/plain;version=0.0.4'],
    ['if it is preferred', 'application/openmetrics-text;q=0.4,text/plain;q=0.5'],
    ['if it is the first of two equal formats', 'text/plain,application/openmetrics-text'],
    ['if OpenMetrics is refused', 'application/openmetrics-text;q=0,*/*;q=0.1'],
    ['if OpenMetrics is refused with three digits', 'application/openmetrics-text;version=1.0.0;q=0.000'],
    ['if only an older version of OpenMetrics is accepted', 'application/openmetrics-text;version=0.0.1'],
    ['if only a future version of OpenMetrics is accepted', 'application/openmetrics-text;version=2.0.0'],
    ['if a wildcard has a higher quality than OpenMetrics', 'application/openmetrics-text;q=0.5,*/*'],
    ['if no supported format is accepted', 'application/json'],
    ['if everything is refused', '*/*;q=0'],
    ['if the quality is not a number', 'application/openmetrics-text;q=high,text/plain;q=0.1'],
    ['if the quality is out of range', 'application/openmetrics-text;q=2,text/plain;q=0.1'],
    ['if the quality is empty', 'application/openmetrics-text;q=,text/plain;q=0.1'],
    ['for garbage', ';;=,,/;q=,*,"'],
    ['for a similar name', 'application/openmetrics-text2,xapplication/openmetrics-text'],
  ])('%s', (_when, accept) => {
    expect(negotiateFormat(accept)).toBe(TEXT);
  });

  it('or OpenMetrics, without an exception, for any header', () => {
    const pieces = fc.constantFrom(
      'application/openmetrics-text',
      'text/plain',
      '*/*',
      'application/*',
      'version=1.0.0',
      'q=0.5',
      'q=',
      ',',
      ';',
      '=',
      '"',
      ' ',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces).map((all) => all.join('')),
        ),
        (accept) => {
          expect([TEXT, OPEN_METRICS]).toContain(negotiateFormat(accept));
        },
      ),
    );
  });
});

it.each([
  [TEXT, 'text/plain; version=0.0.4; charset=utf-8'],
  [OPEN_METRICS, 'application/openmetrics-text; version=1.0.0; charset=utf-8'],
])('the content type contains format, version and charset', ({ contentType }, expected) => {
  expect(contentType).toBe(expected);
});

describe('gzip', () => {
  it.each([
    'gzip',
    'gzip;q=1.0, identity; q=0.5, *;q=0',
    'br, GZip',
    '*',
    'gzip;q=0.5, identity;q=0.5',
    'gzip, *',
    'gzip;q=0.001',
    'deflate, *;q=0.1',
  ])('is chosen by %j', (acceptEncoding) => {
    expect(prefersGzip(acceptEncoding)).toBe(true);
  });

  it.each([
    undefined,
    '',
    'identity',
    'gzip;q=0',
    'gzip;q=0, *',
    '*;q=0',
    'br, deflate',
    'identity, gzip;q=0.5',
    'identity, gzip',
    'identity, *',
    'gzip;q=0.5, *;q=1',
    'x-gzip-but-not-quite',
    'gzip;q=nonsense',
  ])('is not chosen by %j', (acceptEncoding) => {
    expect(prefersGzip(acceptEncoding)).toBe(false);
  });
});
