// `npm run alert-urls`: puts the addresses of alerts/urls.json into alerts/rules.yml.
import { readFileSync, writeFileSync } from 'node:fs';
import { readAlertUrls, withUrls } from './alert-urls.ts';

const path = new URL('../alerts/rules.yml', import.meta.url);
writeFileSync(path, withUrls(readFileSync(path, 'utf8'), readAlertUrls()));
