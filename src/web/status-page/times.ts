import { shortDuration } from '../../health/durations.ts';
import { formatInstant, type Instant } from '../../model/instant.ts';
import { type Html, html } from './html.ts';

/** Shorter times ago are shown as `just now`. */
const JUST_NOW_MS = 10_000;

/** An instant in UTC; the page's script writes it in the reader's time zone instead. */
export function time(instant: Instant): Html {
  const iso = formatInstant(instant);
  return html`<time datetime="${iso}" title="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC</time>`;
}

/** Formats the distance of an instant: `in 9d 23h`, `3d ago`. */
export function relative(instant: Instant, at: Instant): string {
  const left = instant - at;
  if (left >= 1000) return `in ${shortDuration(left)}`;
  return left > -JUST_NOW_MS ? 'just now' : `${shortDuration(-left)} ago`;
}

/** Both ways to say it. */
export function moment(instant: Instant, at: Instant): Html {
  return html`<span class="far">${relative(instant, at)}</span> ${time(instant)}`;
}
