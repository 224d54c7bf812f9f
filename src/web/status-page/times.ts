import { formatDuration } from '../../health/formats.ts';
import { formatInstant, type Instant } from '../../model/instant.ts';
import { type Html, html } from './html.ts';

/** Shorter distances in the past are shown as `just now`. */
const JUST_NOW_MS = 10_000;

/** Renders an instant in UTC. The page's script converts it to the reader's time zone. */
export function renderTime(instant: Instant): Html {
  const iso = formatInstant(instant);
  return html`<time datetime="${iso}" title="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC</time>`;
}

/** Formats the distance of an instant: `in 9d 23h`, `3d ago`. */
export function formatRelative(instant: Instant, at: Instant): string {
  const left = instant - at;
  if (left >= 1000) return `in ${formatDuration(left)}`;
  return left > -JUST_NOW_MS ? 'just now' : `${formatDuration(-left)} ago`;
}

/** Renders the distance of an instant and the instant itself. */
export function renderMoment(instant: Instant, at: Instant): Html {
  return html`<span class="relative-time">${formatRelative(instant, at)}</span> ${renderTime(instant)}`;
}
