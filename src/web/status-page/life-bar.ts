import type { Judged } from '../../health/token-health.ts';
import type { Instant } from '../../model/instant.ts';
import { lifeOf } from '../../model/life.ts';
import { type Html, html } from './html.ts';

/** How much of a token's life is over, as a number and as a bar with marks where it gets urgent. */
export function lifeBar({ token, standing }: Judged, at: Instant): Html {
  const life = lifeOf(token, at);
  if (life === undefined) return html`<span class="absent">unknown</span>`;
  const [used, warning, critical] = [life.used, life.warningFrom, life.criticalFrom].map((share) => share * 100) as [
    number,
    number,
    number,
  ];
  const marks = `${mark(warning)}${mark(critical)}`;
  return html`<span class="share">${percent(used)}</span>
<svg class="life ${standing}" viewBox="0 0 100 8" preserveAspectRatio="none" role="img"
aria-label="urgent from ${percent(warning)} on, critical from ${percent(critical)}"><rect class="track" width="100" height="8"/><rect class="used" width="${used.toFixed(2)}" height="8"/><path class="marks" d="${marks}"/></svg>`;
}

function mark(position: number): string {
  return `M${position.toFixed(2)} 0v8`;
}

/** Cut off and not rounded: 100 % is when it is over. */
function percent(value: number): string {
  return `${Math.floor(value)} %`;
}
