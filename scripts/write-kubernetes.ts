// `npm run kubernetes`: updates deploy/kubernetes/ from the rules, the dashboard and the version.
import { writeFileSync } from 'node:fs';
import { KUBERNETES_FILES } from './kubernetes.ts';

for (const { file, text } of KUBERNETES_FILES) writeFileSync(new URL(`../${file}`, import.meta.url), text());
