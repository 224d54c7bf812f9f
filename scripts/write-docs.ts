// `npm run docs`: updates the generated tables in the documentation.
import { readFileSync, writeFileSync } from 'node:fs';
import { replaceTable, TABLES } from './tables.ts';

for (const { file, name, text } of TABLES) {
  const path = new URL(`../${file}`, import.meta.url);
  writeFileSync(path, replaceTable(readFileSync(path, 'utf8'), name, text()));
}
