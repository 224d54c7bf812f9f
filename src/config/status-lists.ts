import {
  BUILT_IN_STATUSES,
  normalizeStatus,
  STATUS_CLASSES,
  type StatusClass,
  type StatusLists,
} from '../model/status.ts';
import type { Problem } from './problem.ts';
import type { ResolvedSettings } from './resolve.ts';
import { SETTINGS, type SettingName, type Settings } from './settings.ts';

/** The setting that adds statuses to each class. */
export const STATUS_SETTINGS = {
  ACTIVE: 'apiStatusActive',
  EXPIRED: 'apiStatusExpired',
  REVOKED: 'apiStatusRevoked',
} as const satisfies Record<StatusClass, SettingName>;

/** Returns the configured statuses of each class, without the built-in ones. */
export function statusLists(settings: Settings): StatusLists {
  return {
    ACTIVE: settings.apiStatusActive ?? [],
    EXPIRED: settings.apiStatusExpired ?? [],
    REVOKED: settings.apiStatusRevoked ?? [],
  };
}

/** Finds statuses in more than one list, built-in lists included. The exporter could not tell which of them applies. */
export function findStatusProblems({ settings, origins }: Pick<ResolvedSettings, 'settings' | 'origins'>): Problem[] {
  const lists = statusLists(settings);
  const location = (statusClass: StatusClass): string =>
    origins.get(STATUS_SETTINGS[statusClass]) ?? `--${SETTINGS[STATUS_SETTINGS[statusClass]].flag}`;
  const owners = new Map<string, { readonly statusClass: StatusClass; readonly origin: string }>();
  for (const statusClass of STATUS_CLASSES) {
    for (const status of BUILT_IN_STATUSES[statusClass])
      owners.set(status, { statusClass, origin: 'the built-in list' });
  }
  const problems: Problem[] = [];
  for (const statusClass of STATUS_CLASSES) {
    for (const status of lists[statusClass]) {
      const owner = owners.get(normalizeStatus(status));
      if (owner === undefined) {
        owners.set(normalizeStatus(status), { statusClass, origin: location(statusClass) });
      } else if (owner.statusClass !== statusClass) {
        const message = `${status} is already ${owner.statusClass} by ${owner.origin}; a status has one class: remove it here`;
        problems.push({ location: location(statusClass), message });
      }
    }
  }
  return problems;
}
