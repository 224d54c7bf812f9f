import { formatInstant, type Instant } from '../../model/instant.ts';
import { type Html, html } from './html.ts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Less long ago than this, nobody counts seconds. */
const JUST_NOW = 10;

/** From this many days on, hours say nothing more. */
const DAYS_ALONE = 10 * DAY;

/** An instant in UTC; the page's script writes it in the reader's time zone instead. */
export function time(instant: Instant): Html {
  const iso = formatInstant(instant);
  return html`<time datetime="${iso}" title="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC</time>`;
}

/** How far an instant is away: `in 9 days 23 h`, `3 days ago`. */
export function relative(instant: Instant, at: Instant): string {
  const seconds = Math.trunc((instant - at) / 1000);
  if (seconds > 0) return `in ${duration(seconds)}`;
  return seconds > -JUST_NOW ? 'just now' : `${duration(-seconds)} ago`;
}

/** Both ways to say it. */
export function moment(instant: Instant, at: Instant): Html {
  return html`<span class="far">${relative(instant, at)}</span> ${time(instant)}`;
}

/** Two units at most, the rest cut off: what is said to be left is left. */
function duration(seconds: number): string {
  const days = Math.floor(seconds / DAY);
  const hours = Math.floor((seconds % DAY) / HOUR);
  const minutes = Math.floor((seconds % HOUR) / MINUTE);
  if (seconds >= DAYS_ALONE) return `${days} days`;
  if (days > 0) return `${days} ${days === 1 ? 'day' : 'days'}${hours > 0 ? ` ${hours} h` : ''}`;
  if (hours > 0) return `${hours} h${minutes > 0 ? ` ${minutes} min` : ''}`;
  return minutes > 0 ? `${minutes} min` : `${seconds} s`;
}
