/** As JavaScript writes numbers, which is as Go reads them, but for what has no digits. */
export function formatValue(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
  const whole = Math.trunc(value);
  if (whole === value || whole === 0 || Math.abs(whole) > LARGEST_WITH_THOUSANDTHS) return String(value);
  // Seconds from milliseconds, as most values are. JavaScript takes twice as long to find out that it is no more.
  const thousandths = Math.round(Math.abs(value - whole) * 1000);
  const isAll = (Math.abs(whole) * 1000 + thousandths) / 1000 === Math.abs(value);
  return isAll ? `${whole}.${THOUSANDTHS[thousandths]}` : String(value);
}

/** With three digits more, they are still few enough for each number to be written by one text alone. */
const LARGEST_WITH_THOUSANDTHS = 1e11;

/** `5` for 500, `05` for 50. */
const THOUSANDTHS = Array.from({ length: 1000 }, (_, count) => String(count / 1000).slice('0.'.length));
