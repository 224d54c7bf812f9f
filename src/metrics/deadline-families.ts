import { type Deadlines, isDoubtful } from '../model/deadlines.ts';
import type { Family } from './family.ts';

/** The labels that identify the tokens of one name and role. */
export const DEADLINE_LABELS = ['account', 'name', 'role'] as const;

/** The metric families of the tokens of each name and role, as of the last list that was read. */
export const DEADLINE_FAMILIES: readonly Family<Deadlines>[] = [
  {
    name: 'pointone_token_deadline_timestamp_seconds',
    type: 'gauge',
    unit: 'seconds',
    help: 'Unix timestamp at which the tokens of a name and role become urgent, as of the last list that was read.',
    labels: ['level'],
    collect: ({ warning, critical, expired }, _at, emit) => {
      if (warning !== undefined) emit(warning / 1000, 'warning');
      if (critical !== undefined) emit(critical / 1000, 'critical');
      if (expired !== undefined) emit(expired / 1000, 'expired');
    },
  },
  {
    name: 'pointone_token_last_expiry_timestamp_seconds',
    type: 'gauge',
    unit: 'seconds',
    help: 'Unix timestamp of the latest known expiry of the usable tokens of a name and role, as of the last list that was read.',
    labels: [],
    collect: ({ lastExpiry }, _at, emit) => {
      if (lastExpiry !== undefined) emit(lastExpiry / 1000);
    },
  },
  {
    name: 'pointone_token_cover_doubtful',
    type: 'gauge',
    help: 'Whether tokens of unknown status are the only reason that the tokens of a name and role are less urgent (1) or not (0).',
    labels: [],
    collect: (deadlines, at, emit) => emit(isDoubtful(deadlines, at) ? 1 : 0),
  },
  {
    name: 'pointone_token_unlisted',
    type: 'gauge',
    help: 'Whether the tokens of a name and role left the list when they expired (1) or are still listed (0).',
    labels: [],
    collect: ({ isUnlisted }, _at, emit) => emit(isUnlisted ? 1 : 0),
  },
];
