import type { RequestedField } from '../pointone/token-parser.ts';
import { type Affected, collectAffected, type ListedToken } from './affected-tokens.ts';
import { Counter } from './counter.ts';
import type { Masking } from './masking.ts';
import { type DateReading, describeDate, describeKind } from './value-format.ts';

/** One format of a field's values, and how often it occurs. */
interface FormatCount {
  readonly format: string;
  /** How the exporter reads a date of this format. Undefined for other fields. */
  readonly reading: DateReading | undefined;
  readonly count: number;
}

/** The values of one field. The four counts add up to the number of tokens. */
export interface FieldAnalysis {
  readonly field: RequestedField;
  /** Number of values that the exporter can read. */
  readonly present: number;
  readonly null: Affected;
  readonly missing: Affected;
  /** Includes the values in whose place the API returned an error. */
  readonly unreadable: Affected;
  /** The most frequent formats first. */
  readonly formats: readonly FormatCount[];
  /** Number of values with further formats. */
  readonly otherFormats: number;
}

/** The format of a field that the API could not read. */
export const FAILED_FORMAT = 'null with an error';

/** Maximum number of formats in the result. A date has a few; the API could send anything. */
const MAX_FORMATS = 6;

type ValueKind = 'present' | 'null' | 'missing' | 'unreadable';

/** Analyzes the values of one field. */
export function analyzeField(tokens: readonly ListedToken[], field: RequestedField, masking: Masking): FieldAnalysis {
  const kinds = new Map<ListedToken, ValueKind>();
  const formats = new Counter<Omit<FormatCount, 'count'>>();
  for (const token of tokens) {
    const { kind, format, reading } = describeValue(token, field);
    kinds.set(token, kind);
    if (kind === 'present' || kind === 'unreadable') formats.add(`${reading} ${format}`, () => ({ format, reading }));
  }
  const affected = (kind: ValueKind): Affected =>
    collectAffected(tokens, (token) => kinds.get(token) === kind, masking);
  const { values, others } = formats.mostFrequent(MAX_FORMATS);
  return {
    field,
    present: affected('present').count,
    null: affected('null'),
    missing: affected('missing'),
    unreadable: affected('unreadable'),
    formats: values.map(({ value, count }) => ({ ...value, count })),
    otherFormats: others,
  };
}

type ValueDescription = Omit<FormatCount, 'count'> & { readonly kind: ValueKind };

function describeValue({ item, failedFields }: ListedToken, field: RequestedField): ValueDescription {
  const value = item[field];
  const isDate = field === 'createdAt' || field === 'expiresAt';
  if (value === undefined || value === null) {
    const reading = isDate ? 'unreadable' : undefined;
    return failedFields.has(field)
      ? { kind: 'unreadable', format: FAILED_FORMAT, reading }
      : { kind: value === null ? 'null' : 'missing', format: describeKind(value), reading };
  }
  return isDate ? describeDateValue(value) : describeText(value, field);
}

function describeDateValue(value: unknown): ValueDescription {
  const { format, reading } = describeDate(value);
  return { kind: reading === 'unreadable' ? 'unreadable' : 'present', format, reading };
}

/** An empty description is ordinary. The exporter counts any other empty string as unreadable. */
function describeText(value: unknown, field: RequestedField): ValueDescription {
  const isReadable = typeof value === 'string' && (value !== '' || field === 'description');
  return { kind: isReadable ? 'present' : 'unreadable', format: describeKind(value), reading: undefined };
}
