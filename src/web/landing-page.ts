import type { Build } from '../build.ts';

/**
 * What a person sees who opens the exporter's address: that it runs, and where to look.
 *
 * @param prefix what a proxy in front takes off our paths
 */
export function landingPage({ version, revision, nodeVersion }: Build, telemetryPath: string, prefix: string): string {
  const link = (path: string): string => `<a href="${prefix}${path}">${path}</a>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>pointone-token-exporter</title>
<style>body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 42rem; padding: 0 1rem }</style>
</head>
<body>
<h1>pointone-token-exporter</h1>
<p>Expiry and status of Point One Navigation personal access tokens, for Prometheus.</p>
<ul>
<li>${link(telemetryPath)}: metrics of every account, fetched anew for each scrape</li>
<li><code>/probe?account=NAME</code>: metrics of one account</li>
<li>${link('/sd')}: the accounts as targets, for Prometheus to discover</li>
<li>${link('/-/healthy')} and ${link('/-/ready')}: the exporter's own state</li>
</ul>
<p>Version ${version}, revision ${revision}, Node ${nodeVersion}.</p>
</body>
</html>
`;
}
