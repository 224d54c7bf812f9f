// `npm run dashboard`: generates grafana/dashboards/pointone-tokens.json from its source in grafana/dashboard/.
import { writeFileSync } from 'node:fs';
import { dashboardJson } from '../grafana/dashboard/dashboard.ts';

writeFileSync(new URL('../grafana/dashboards/pointone-tokens.json', import.meta.url), dashboardJson());
