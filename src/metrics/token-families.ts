import { isKnownStatus, KNOWN_STATUSES, type Token } from '../model/token.ts';
import { truncate } from '../runtime/display-text.ts';
import type { Family } from './family.ts';

/** The labels that name a token; `created_at` keeps it and its successor of the same name and role apart. */
export const TOKEN_LABELS = ['account', 'name', 'role', 'created_at'] as const;

/** A description longer than this, in code points, is cut. */
const MAX_DESCRIPTION_LENGTH = 256;

/** What is said of each token. */
export const TOKEN_FAMILIES: readonly Family<Token>[] = [
  {
    name: 'pointone_token_expires_in_seconds',
    type: 'gauge',
    unit: 'seconds',
    help: 'Seconds from the scrape to the expiry of the token, negative once past. Absent when the expiry is unknown.',
    labels: [],
    collect: (token, at, emit) => {
      if (token.expiresAt !== undefined) emit((token.expiresAt - at) / 1000);
    },
  },
  {
    name: 'pointone_token_expiry_timestamp_seconds',
    type: 'gauge',
    unit: 'seconds',
    help: 'When the token expires, in Unix seconds. Absent when the expiry is unknown.',
    labels: [],
    collect: (token, _at, emit) => {
      if (token.expiresAt !== undefined) emit(token.expiresAt / 1000);
    },
  },
  {
    name: 'pointone_token_expiry_known',
    type: 'gauge',
    help: 'Whether the API gave a readable expiry for the token (1) or not (0).',
    labels: [],
    collect: (token, _at, emit) => emit(token.expiresAt === undefined ? 0 : 1),
  },
  {
    name: 'pointone_token_created_timestamp_seconds',
    type: 'gauge',
    unit: 'seconds',
    help: 'When the token was created, in Unix seconds. Absent when unknown.',
    labels: [],
    collect: (token, _at, emit) => {
      if (token.createdAt !== undefined) emit(token.createdAt / 1000);
    },
  },
  {
    name: 'pointone_token_status',
    type: 'gauge',
    help: "The token's status as the API says it: 1 for the one it has, 0 for the other known ones.",
    labels: ['status'],
    collect: (token, _at, emit) => {
      for (const status of KNOWN_STATUSES) emit(token.status === status ? 1 : 0, status);
      if (token.status !== '' && !isKnownStatus(token.status)) emit(1, token.status);
    },
  },
  {
    name: 'pointone_token_info',
    type: 'gauge',
    help: 'The description of the token, always 1.',
    labels: ['description'],
    collect: (token, _at, emit) => emit(1, truncate(token.description, MAX_DESCRIPTION_LENGTH)),
  },
];
