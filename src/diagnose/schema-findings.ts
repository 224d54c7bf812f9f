import { REQUESTED_FIELDS } from '../pointone/token-parser.ts';
import { type Finding, notUnderstood, understood } from './findings.ts';
import {
  type FieldUse,
  ROLE_TYPE,
  type SchemaAnalysis,
  STATUS_TYPE,
  TOKEN_TYPE,
  TOKENS_QUERY,
  type TokenField,
  type TokensQuery,
  unclassifiedStatuses,
} from './schema.ts';
import { WITHOUT_FIELD } from './without-field.ts';

/**
 * States each difference between the schema and what the exporter assumes. Enum values of no class are left to
 * `statusFindings`, which knows the settings.
 */
export function schemaFindings(schema: SchemaAnalysis): Finding[] {
  const findings = [
    ...typeFindings(schema),
    ...(typeof schema.fields === 'string' ? [] : schema.fields.flatMap(fieldFindings)),
    ...missingFields(schema),
    ...furtherFields(schema),
    ...(typeof schema.query === 'string' ? [] : queryFindings(schema.query)),
  ];
  if (schema.omitted > 0) {
    findings.push(
      notUnderstood('report', `The schema has ${schema.omitted} more fields or values than this command shows.`),
    );
  }
  const isAsAssumed =
    findings.every((finding) => finding.understood) &&
    unclassifiedStatuses(schema).length === 0 &&
    [schema.fields, schema.statuses, schema.query].every((part) => typeof part !== 'string');
  return isAsAssumed
    ? [understood('works', 'The schema has all requested fields, and every status has a class.'), ...findings]
    : findings;
}

function typeFindings({ fields, statuses, roles, query }: SchemaAnalysis): Finding[] {
  const parts = [
    [`the type ${TOKEN_TYPE}`, fields],
    [`the type ${STATUS_TYPE}`, statuses],
    [`the type ${ROLE_TYPE}`, roles],
    [`the query ${TOKENS_QUERY}`, query],
  ] as const;
  return parts.flatMap(([what, part]) => {
    if (part === 'absent') {
      const text = `The schema does not contain ${what}. It may have another name: report this.`;
      // Without the values, a status of no class may appear on any day.
      return [part === statuses ? notUnderstood('report', text) : understood('report', text)];
    }
    return part === 'unknown' ? [understood('note', `The response does not describe ${what}.`)] : [];
  });
}

function fieldFindings(field: TokenField): Finding[] {
  const { requested, shown, type, isNullable, isDeprecated, hasAssumedType, dateScalar } = field;
  const findings: Finding[] = [];
  if (requested === undefined) return findings;
  if (isDeprecated) {
    findings.push(
      understood('report', `The field ${shown} is deprecated. If the API removes it, the whole query fails.`),
    );
  }
  if (isNullable && requested !== 'description') {
    const meaning =
      requested === 'expiresAt'
        ? 'The exporter reads null as unknown and not as "never expires".'
        : `${WITHOUT_FIELD[requested]} It counts null as unreadable.`;
    findings.push(understood('note', `The field ${shown} may be null. ${meaning}`));
  }
  if (!hasAssumedType) {
    const assumed = requested === 'status' ? STATUS_TYPE : ROLE_TYPE;
    findings.push(
      understood('report', `The type of ${shown} is ${type} and not ${assumed}. This command did not read its values.`),
    );
  }
  if (dateScalar === 'without_zone') {
    findings.push(
      understood('note', `The type of ${shown} is ${type}, which has no zone. The exporter reads it as UTC.`),
    );
  } else if (dateScalar === 'text_or_number' || dateScalar === 'other') {
    findings.push(
      understood('note', `The type of ${shown} is ${type} and not DateTime. The formats in the list show what it is.`),
    );
  }
  return findings;
}

function missingFields({ fields }: SchemaAnalysis): Finding[] {
  if (typeof fields === 'string') return [];
  return REQUESTED_FIELDS.filter((name) => !fields.some(({ requested }) => requested === name)).map((name) =>
    notUnderstood(
      'problem',
      `The type ${TOKEN_TYPE} has no field ${name}, which the exporter requests. The API rejects such a query as a whole. Report this.`,
    ),
  );
}

const USES: Readonly<Record<FieldUse, string>> = {
  identity: 'It would distinguish tokens of the same name.',
  last_use: 'It would show which tokens are still in use.',
  end: 'It would show when a token stopped working.',
  owner: 'It would show to whom a token belongs.',
};

function furtherFields({ fields }: SchemaAnalysis): Finding[] {
  if (typeof fields === 'string') return [];
  const further = fields.filter(({ requested }) => requested === undefined);
  const others = further.filter(({ use }) => use === undefined).map(({ shown }) => shown);
  return [
    ...further.flatMap(({ shown, type, use }) =>
      use === undefined
        ? []
        : [
            understood(
              'report',
              `The exporter does not request the field ${shown} (${type}), which looks useful. ${USES[use]}`,
            ),
          ],
    ),
    ...(others.length === 0
      ? []
      : [understood('note', `The exporter does not request these fields either: ${others.join(', ')}.`)]),
  ];
}

function queryFindings({ type, returnsTokens, arguments: args }: TokensQuery): Finding[] {
  const findings: Finding[] = [];
  if (!returnsTokens) {
    findings.push(
      notUnderstood(
        'problem',
        `The query ${TOKENS_QUERY} returns ${type} and not a list of ${TOKEN_TYPE}. Report this.`,
      ),
    );
  }
  const paging = args.filter(({ isPaging }) => isPaging).map(({ shown }) => shown);
  if (paging.length > 0) {
    findings.push(
      notUnderstood(
        'problem',
        `The query ${TOKENS_QUERY} has arguments for paging (${paging.join(', ')}). The exporter gives none, so it may see only the first page. Compare the number of tokens with the web interface, and report this.`,
      ),
    );
  }
  const others = args.filter(({ isPaging }) => !isPaging).map(({ shown, type: argument }) => `${shown}: ${argument}`);
  if (others.length > 0) {
    findings.push(
      understood(
        'note',
        `The query ${TOKENS_QUERY} has arguments that the exporter does not give: ${others.join(', ')}.`,
      ),
    );
  }
  return findings;
}
