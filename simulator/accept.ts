import { JSON_TYPE } from './http.ts';

const OFFERS = ['application/json', 'application/graphql-response+json'];

/**
 * The content type of a GraphQL answer, chosen by the `Accept` header as Apollo Server does; undefined when
 * it accepts neither of the two.
 */
export function chooseContentType(accept: string | undefined): string | undefined {
  if (accept === undefined) return JSON_TYPE;
  const ranges = accept.split(',').map((text, order) => {
    const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
    const weight = parameters.find((parameter) => parameter.startsWith('q='));
    return { type, quality: weight === undefined ? 1 : Number(weight.slice(2)), order };
  });
  const ranked = OFFERS.flatMap((offer) => {
    const matching = [offer, 'application/*', '*/*'].map((type) => ranges.find((range) => range.type === type));
    const specificity = matching.findIndex((range) => range !== undefined);
    const range = matching[specificity];
    return range !== undefined && range.quality > 0 ? [{ offer, specificity, ...range }] : [];
  });
  ranked.sort((a, b) => b.quality - a.quality || a.specificity - b.specificity || a.order - b.order);
  const best = ranked[0];
  return best && `${best.offer}; charset=utf-8`;
}
