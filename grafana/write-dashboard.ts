// `npm run dashboard`: makes dashboards/pointone-tokens.json of its source in dashboard/.
import { writeFileSync } from 'node:fs';
import { dashboardJson } from './dashboard/dashboard.ts';

writeFileSync(new URL('dashboards/pointone-tokens.json', import.meta.url), dashboardJson());
