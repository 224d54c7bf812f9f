import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';

const SCHEMA: object = JSON.parse(readFileSync(new URL('../../docs/check.schema.json', import.meta.url), 'utf8'));

const validate = new Ajv({ allErrors: true }).compile(withoutAdditionalProperties(SCHEMA) as object);

/** Returns the schema violations of the output of `check --output=json`. An undocumented key is a violation. */
export function schemaErrors(output: unknown): string[] {
  validate(output);
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}

/** Forbids undocumented keys. The published schema allows them, so that new keys can be added later. */
function withoutAdditionalProperties(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutAdditionalProperties);
  if (typeof schema !== 'object' || schema === null) return schema;
  const copy = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, withoutAdditionalProperties(value)]),
  );
  return 'required' in copy ? { ...copy, additionalProperties: false } : copy;
}
