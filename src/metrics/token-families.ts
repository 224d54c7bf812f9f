import { STATUS_CLASSES } from '../model/status.ts';
import { hasUnknownStatus, type Token } from '../model/token.ts';
import { truncate } from '../runtime/display-text.ts';
import type { Family } from './family.ts';

/** The labels that identify a token; `created_at` distinguishes it from its successor of the same name and role. */
export const TOKEN_LABELS = ['account', 'name', 'role', 'created_at'] as const;

/** Maximum length of a description in code points; a longer one is truncated. */
const MAX_DESCRIPTION_LENGTH = 256;

/** The metric families of each token. */
export const TOKEN_FAMILIES: readonly Family<Token>[] = [
  {
    name: 'pointone_token_expires_in_seconds',
    type: 'gauge',
    unit: 'seconds',
    help: 'Seconds until the token expires, negative after its expiry. Absent if the expiry is unknown.',
    labels: [],
    collect: (token, at, emit) => {
      if (token.expiresAt !== undefined) emit((token.expiresAt - at) / 1000);
    },
  },
  {
    name: 'pointone_token_expiry_timestamp_seconds',
    type: 'gauge',
    unit: 'seconds',
    help: 'Unix timestamp of the expiry of the token. Absent if the expiry is unknown.',
    labels: [],
    collect: (token, _at, emit) => {
      if (token.expiresAt !== undefined) emit(token.expiresAt / 1000);
    },
  },
  {
    name: 'pointone_token_expiry_known',
    type: 'gauge',
    help: 'Whether the API returned a readable expiry for the token (1) or not (0).',
    labels: [],
    collect: (token, _at, emit) => emit(token.expiresAt === undefined ? 0 : 1),
  },
  {
    name: 'pointone_token_created_timestamp_seconds',
    type: 'gauge',
    unit: 'seconds',
    help: 'Unix timestamp of the creation of the token. Absent if it is unknown.',
    labels: [],
    collect: (token, _at, emit) => {
      if (token.createdAt !== undefined) emit(token.createdAt / 1000);
    },
  },
  {
    name: 'pointone_token_status',
    type: 'gauge',
    help: 'Class of the status of the token: 1 for the class that applies, 0 for the others. A status of no class has its own series.',
    labels: ['status'],
    collect: (token, _at, emit) => {
      for (const statusClass of STATUS_CLASSES) emit(token.statusClass === statusClass ? 1 : 0, statusClass);
      if (hasUnknownStatus(token)) emit(1, token.status);
    },
  },
  {
    name: 'pointone_token_info',
    type: 'gauge',
    help: "A metric with a constant '1' value labeled by the description of the token and by its status as the API spells it.",
    labels: ['description', 'status'],
    collect: (token, _at, emit) => emit(1, truncate(token.description, MAX_DESCRIPTION_LENGTH), token.status),
  },
];
