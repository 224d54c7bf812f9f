import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';

const SCHEMA: object = JSON.parse(readFileSync(new URL('../../docs/check.schema.json', import.meta.url), 'utf8'));

const validate = new Ajv({ allErrors: true }).compile(withoutAdditionalProperties(SCHEMA) as object);

/** What is wrong with the output of `check --output=json` by its schema; a key that is not described is wrong, too. */
export function schemaErrors(output: unknown): string[] {
  validate(output);
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}

/** Users are promised that a further key may come; we want to hear of it. */
function withoutAdditionalProperties(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutAdditionalProperties);
  if (typeof schema !== 'object' || schema === null) return schema;
  const copy = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, withoutAdditionalProperties(value)]),
  );
  return 'required' in copy ? { ...copy, additionalProperties: false } : copy;
}
