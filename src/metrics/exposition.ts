import type { Instant } from '../model/instant.ts';
import { ByteBuffer } from './byte-buffer.ts';
import type { EncodedFamily, Format, Row } from './family.ts';
import { FamilyWriter, RowBatch } from './family-writer.ts';

/**
 * Number of rows that all families write before the generator yields. The rows' labels are encoded once for all
 * families. One batch takes about a millisecond.
 */
const ROWS_PER_BATCH = 128;

/**
 * Writes a group of families for their rows. A small group is appended to the given output. In a large group, each
 * family has its own output, which is yielded when it is complete. Undefined is a pause, so that the caller can yield
 * to the event loop.
 */
export type FamilyGroup = (output: ByteBuffer, at: Instant, format: Format) => Generator<ByteBuffer | undefined>;

/** Creates a group. It writes all families in one pass over the rows, so that the labels of a row are short-lived. */
export function createGroup<Subject>(
  families: readonly EncodedFamily<Subject>[],
  rows: Iterable<Row<Subject>>,
): FamilyGroup {
  // Do not return a generator function: V8 creates a hidden class for each generator function, which retains everything
  // it refers to (here all tokens of a scrape) until the next full garbage collection.
  return (output, at, format) => writeGroup(families, rows, output, at, format);
}

function* writeGroup<Subject>(
  families: readonly EncodedFamily<Subject>[],
  rows: Iterable<Row<Subject>>,
  output: ByteBuffer,
  at: Instant,
  format: Format,
): ReturnType<FamilyGroup> {
  const batch = new RowBatch<Subject>();
  let writers: FamilyWriter<Subject>[] | undefined;
  for (const row of rows) {
    if (batch.length === ROWS_PER_BATCH) {
      writers ??= families.map((family) => new FamilyWriter(family, at, format, new ByteBuffer(true)));
      for (const writer of writers) writer.add(batch);
      batch.clear();
      yield undefined;
    }
    batch.add(row);
  }
  if (writers === undefined) {
    for (const family of families) new FamilyWriter(family, at, format, output).add(batch);
    return;
  }
  for (const writer of writers) {
    writer.add(batch);
    yield writer.output;
  }
}

/**
 * Writes all metrics of a scrape, with their values at one instant. It yields chunks of UTF-8 that never end within a
 * character. Undefined is a pause, so that the caller can yield to the event loop.
 */
export function* writeExposition(
  groups: readonly FamilyGroup[],
  at: Instant,
  format: Format,
): Generator<Uint8Array | undefined> {
  let output = new ByteBuffer();
  for (const write of groups) {
    for (const familyOutput of write(output, at, format)) {
      if (familyOutput === undefined) yield undefined;
      else {
        yield* output.chunks();
        yield* familyOutput.chunks();
        output = new ByteBuffer();
      }
    }
  }
  if (format.openMetrics) output.appendString('# EOF\n');
  yield* output.chunks();
}
