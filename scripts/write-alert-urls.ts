// `npm run alert-urls`: writes the URLs of alerts/urls.json to the rules and their tests.
import { readFileSync, writeFileSync } from 'node:fs';
import { FILES_WITH_URLS, readAlertUrls, urlWarnings, withUrls } from './alert-urls.ts';

const urls = readAlertUrls();
for (const file of FILES_WITH_URLS) {
  const path = new URL(`../${file}`, import.meta.url);
  writeFileSync(path, withUrls(readFileSync(path, 'utf8'), urls));
}
for (const warning of urlWarnings(urls)) process.stderr.write(`${warning}\n`);
