import type { RequestedField } from '../pointone/token-parser.ts';

/** What the exporter does with a token whose field is null, missing or unreadable. */
export const WITHOUT_FIELD: Readonly<Record<RequestedField, string>> = {
  name: 'The exporter exports such a token with an empty name.',
  description: 'The exporter does not need descriptions.',
  role: 'The exporter exports such a token with an empty role.',
  status: 'The exporter assumes that such a token works.',
  createdAt: 'The exporter exports such a token without its creation, and cannot tell it from its successor.',
  expiresAt: 'The exporter cannot watch the expiry of such a token.',
};
