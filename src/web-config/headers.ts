import type { Parser } from '../config/parsed.ts';
import { oneOf } from '../config/words.ts';
import type { Place, YamlFile } from '../config/yaml-file.ts';
import { section, truth } from './sections.ts';

const headerValue: Parser<string> = {
  accepts: 'a text of printable ASCII',
  parse: (text) =>
    /^[\x20-\x7e]+$/.test(text) ? { value: text } : { problem: `is no header; expected ${headerValue.accepts}` },
};

/** Those that the toolkit allows, with the values that it allows. */
const HEADERS: Readonly<Record<string, Parser<string>>> = {
  'Content-Security-Policy': headerValue,
  'X-Frame-Options': oneOf(['deny', 'sameorigin']),
  'X-Content-Type-Options': oneOf(['nosniff']),
  'X-XSS-Protection': headerValue,
  'Strict-Transport-Security': headerValue,
};

/** Reads `http_server_config`: headers for every answer. */
export function readHeaders(yaml: YamlFile, place: Place | undefined): Readonly<Record<string, string>> {
  const { http2, headers } = section(yaml, place, ['http2', 'headers'], {});
  // What the toolkit does by default, but HTTP/1.1 is all there is here, with or without the key.
  if (http2 !== undefined && truth(yaml, http2) === true) {
    yaml.problem(http2, 'true is not supported by this exporter, which speaks HTTP/1.1 alone; accepted: false');
  }
  const values: Record<string, string> = {};
  for (const [name, where] of Object.entries(section(yaml, headers, Object.keys(HEADERS), {}))) {
    const value = where && yaml.value(where, HEADERS[name] ?? headerValue);
    if (value !== undefined) values[name] = value;
  }
  return values;
}
