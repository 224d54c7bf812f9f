import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OPEN_METRICS, TEXT } from '../../../src/metrics/exposition.ts';
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
    ['by Prometheus 2.42', PROMETHEUS_2],
    ['by Prometheus 3', PROMETHEUS_3],
    ['by Prometheus 3 that would like protobuf better', PROMETHEUS_3_PROTOBUF],
    ['when it is asked for alone', 'application/openmetrics-text;version=1.0.0'],
    ['when no version is named', 'application/openmetrics-text'],
    ['when its version is quoted', 'application/openmetrics-text; version="1.0.0"'],
    [
      'in whatever letters and white space',
      ' Application/OpenMetrics-Text ;  Version=1.0.0 ; Q=0.9 , text/plain;q=0.8',
    ],
    ['with a charset', 'application/openmetrics-text; version=1.0.0; charset=utf-8'],
    ['when it is named first of equals', 'application/openmetrics-text,text/plain'],
    ['when it is named and the rest is anything', 'application/openmetrics-text;q=0.5,*/*;q=0.5'],
    ['when it is named after an anything that is liked as much', '*/*;q=0.5,application/openmetrics-text;q=0.5'],
    ['when it beats the text by name', 'text/plain;q=0.3,application/openmetrics-text;q=0.5,*/*;q=0.9'],
    ['with the least quality there is', 'application/openmetrics-text;q=0.001'],
    [
      'when only its older version is refused',
      'application/openmetrics-text;version=0.0.1;q=0,application/openmetrics-text',
    ],
  ])('%s', (_when, accept) => {
    expect(negotiateFormat(accept)).toBe(OPEN_METRICS);
  });
});

describe('the text format is chosen', () => {
  it.each([
    ['without a header', undefined],
    ['by an empty header', ''],
    ['by curl', '*/*'],
    ['by Firefox', FIREFOX],
    ['by Chromium', CHROMIUM],
    ['by wget', '*/*;q=0.8'],
    ['by Prometheus that is told to prefer it', PROMETHEUS_3_TEXT_FIRST],
    ['when it is asked for alone', 'text/plain;version=0.0.4'],
    ['when it is preferred', 'application/openmetrics-text;q=0.4,text/plain;q=0.5'],
    ['when it is named first of equals', 'text/plain,application/openmetrics-text'],
    ['when OpenMetrics is refused', 'application/openmetrics-text;q=0,*/*;q=0.1'],
    ['when OpenMetrics is refused in three digits', 'application/openmetrics-text;version=1.0.0;q=0.000'],
    ['when OpenMetrics of another version is all there is', 'application/openmetrics-text;version=0.0.1'],
    ['when OpenMetrics of a version to come is all there is', 'application/openmetrics-text;version=2.0.0'],
    ['when OpenMetrics is less liked than anything', 'application/openmetrics-text;q=0.5,*/*'],
    ['when nothing we have is accepted', 'application/json'],
    ['when everything is refused', '*/*;q=0'],
    ['when the quality is no number', 'application/openmetrics-text;q=high,text/plain;q=0.1'],
    ['when the quality is out of bounds', 'application/openmetrics-text;q=2,text/plain;q=0.1'],
    ['when the quality is empty', 'application/openmetrics-text;q=,text/plain;q=0.1'],
    ['by garbage', ';;=,,/;q=,*,"'],
    ['by a name that only looks like it', 'application/openmetrics-text2,xapplication/openmetrics-text'],
  ])('%s', (_when, accept) => {
    expect(negotiateFormat(accept)).toBe(TEXT);
  });

  it('or OpenMetrics, and nothing thrown, for whatever header', () => {
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
])('the content type names format, version and charset', ({ contentType }, expected) => {
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
