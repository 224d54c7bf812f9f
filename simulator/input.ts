/** Input of the control interface that it cannot take; the message says what it does take. */
export class ValidationError extends Error {}

/** A JSON object with none but the keys given. Throws BadInput. */
export function parseObject(value: unknown, keys: readonly string[], what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ValidationError(`${what} must be a JSON object with: ${keys.join(', ')}`);
  }
  const unknown = Object.keys(value).filter((key) => !keys.includes(key));
  if (unknown.length > 0) {
    throw new ValidationError(`${what} has no ${unknown.join(', ')}; accepted: ${keys.join(', ') || 'nothing'}`);
  }
  return value as Record<string, unknown>;
}
