import type { Instant } from '../model/instant.ts';
import { ByteBuffer } from './byte-buffer.ts';
import type { EncodedFamily, Row } from './family.ts';
import { FamilyWriter, RowBatch } from './family-writer.ts';

/** One of the two ways in which Prometheus reads metrics. */
export interface Format {
  readonly contentType: string;
  readonly openMetrics: boolean;
}

/** https://prometheus.io/docs/instrumenting/exposition_formats/ */
export const TEXT: Format = { contentType: 'text/plain; version=0.0.4; charset=utf-8', openMetrics: false };

/** https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md */
export const OPEN_METRICS: Format = {
  contentType: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
  openMetrics: true,
};

/**
 * Rows that one family writes before the next does, from the same labels as bytes. They are about a millisecond's work,
 * after which others may have their turn.
 */
const ROWS_PER_BATCH = 128;

/**
 * Families with the rows they speak of. They are added to the text while they are short. Otherwise each has a text of its
 * own, which is yielded when it is complete; nothing is yielded meanwhile, to give others their turn.
 */
export type FamilyGroup = (text: ByteBuffer, at: Instant, format: Format) => Generator<ByteBuffer | undefined>;

/** All families are written in one pass over the rows, so that a row's labels are put together once, and dropped soon. */
export function createGroup<Subject>(
  families: readonly EncodedFamily<Subject>[],
  rows: Iterable<Row<Subject>>,
): FamilyGroup {
  // Not itself a generator function: V8 makes a hidden class for each one that is created, which keeps what it refers to,
  // here all tokens of a scrape, until the next full collection.
  return (text, at, format) => writeGroup(families, rows, text, at, format);
}

function* writeGroup<Subject>(
  families: readonly EncodedFamily<Subject>[],
  rows: Iterable<Row<Subject>>,
  text: ByteBuffer,
  at: Instant,
  format: Format,
): ReturnType<FamilyGroup> {
  const some = new RowBatch<Subject>();
  let writers: FamilyWriter<Subject>[] | undefined;
  for (const row of rows) {
    if (some.length === ROWS_PER_BATCH) {
      writers ??= families.map((family) => new FamilyWriter(family, at, format, new ByteBuffer(true)));
      for (const writer of writers) writer.add(some);
      some.clear();
      yield undefined;
    }
    some.add(row);
  }
  if (writers === undefined) {
    for (const family of families) new FamilyWriter(family, at, format, text).add(some);
    return;
  }
  for (const writer of writers) {
    writer.add(some);
    yield writer.text;
  }
}

/**
 * The one writer of the exposition: everything the exporter prints for Prometheus passes here. It yields UTF-8 as of one
 * instant, never a part of a character; the empty chunks between are pauses, for whoever has others waiting.
 */
export function* writeExposition(
  groups: readonly FamilyGroup[],
  at: Instant,
  format: Format,
): Generator<Uint8Array | undefined> {
  let text = new ByteBuffer();
  for (const write of groups) {
    for (const long of write(text, at, format)) {
      if (long === undefined) yield undefined;
      else {
        yield* text.chunks();
        yield* long.chunks();
        text = new ByteBuffer();
      }
    }
  }
  if (format.openMetrics) text.appendString('# EOF\n');
  yield* text.chunks();
}
