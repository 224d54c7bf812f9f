import { AnnotationPanelFilterBuilder, AnnotationQueryBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { DATA_SOURCE } from './queries.ts';
import { acrossReplicas, ofTokens } from './selectors.ts';
import { TIME_LEFT_ID } from './token-panels.ts';

const NAME = 'Tokens created';
const STEP = '1h';

/** The creation times of tokens, in milliseconds. Grafana places each annotation at the value itself. */
const CREATED = `${acrossReplicas('max', ofTokens('pointone_token_created_timestamp_seconds'))} * 1000`;

/** Annotates each token created within the time range. Some versions of Grafana read `expr`, others `target`. */
export const CREATIONS = new AnnotationQueryBuilder()
  .name(NAME)
  .datasource(DATA_SOURCE)
  .enable(true)
  .iconColor('blue')
  .filter(new AnnotationPanelFilterBuilder().exclude(false).ids([TIME_LEFT_ID]))
  .expr(CREATED)
  .step(STEP)
  .target(new DataqueryBuilder().refId('Anno').expr(CREATED).interval(STEP))
  .useValueForTime(true)
  .titleFormat('Token created')
  .textFormat('{{account}} / {{name}} ({{role}}, {{job}})');
