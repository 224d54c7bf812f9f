// `npm run alert-urls`: writes the URLs of alerts/urls.json to alerts/rules.yml.
import { readFileSync, writeFileSync } from 'node:fs';
import { readAlertUrls, withUrls } from './alert-urls.ts';

const path = new URL('../alerts/rules.yml', import.meta.url);
writeFileSync(path, withUrls(readFileSync(path, 'utf8'), readAlertUrls()));
