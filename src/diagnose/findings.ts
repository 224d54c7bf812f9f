/**
 * Lists the kinds of statements of a diagnosis: what works, what does not, what to set, what to report to the project, and
 * what is only worth knowing. The verdict shows them in this order.
 */
export const FINDING_KINDS = ['works', 'problem', 'set', 'report', 'note'] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];

/** One setting in its two forms, with the words that are already configured. */
export interface SettingText {
  /** For the command line: `--api.status.revoked=OLD,DISABLED`. */
  readonly flag: string;
  /** For the environment: `POINTONE_API_STATUS_REVOKED=OLD,DISABLED`. */
  readonly variable: string;
}

/** One statement of a diagnosis. It contains no name, description or credential unless names are shown on request. */
export interface Finding {
  readonly kind: FindingKind;
  /** Whether the exporter understands what the API returned. The exit status is 1 if any finding is not understood. */
  readonly understood: boolean;
  /** One or more sentences. */
  readonly text: string;
  /** One setting is a suggestion to confirm. With several, the operator has to choose. */
  readonly settings?: readonly SettingText[];
}

export const understood = (kind: FindingKind, text: string): Finding => ({ kind, understood: true, text });

export const notUnderstood = (kind: FindingKind, text: string): Finding => ({ kind, understood: false, text });
