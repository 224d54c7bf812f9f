/**
 * `npm run demo`: the built exporter in front of a simulated Point One API, on free ports, until Ctrl-C. Tokens expire
 * and are replaced while one watches.
 */
import { startSimulator } from '../simulator/server.ts';
import { buildStories } from '../simulator/stories.ts';
import { World } from '../simulator/world.ts';
import { startExporter } from './exporter.ts';
import { tellStory } from './story.ts';

const EXCERPT_EVERY_MS = 15_000;
const SHOWN_FIRST = /^pointone_(up|token_expires_in_seconds)\{/;
const SHOWN_LATER = /^pointone_(up\{|token_(expires_in_seconds|status)\{.*demo-rover.* (-?[1-9]|-?0\.))/;

const world = new World();
const { fleetEu } = buildStories(world);
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());

const simulator = await startSimulator({ world });
const exporter = await startExporter(simulator.url, world.users.values());
exporter.ended.then((code) => {
  if (!stop.signal.aborted) say(`the exporter ended by itself with status ${code}`);
  stop.abort();
});

console.log(`
A simulated Point One API and the exporter that reads it:

  metrics     ${exporter.url}/metrics
  one account ${exporter.url}/probe?account=${fleetEu.id}
  the API     ${simulator.url}
  its state   ${simulator.controlUrl}state

Watch the token demo-rover of ${fleetEu.id}: it lives for a minute, and its successor comes before it expires.
Ctrl-C ends everything.
`);

try {
  await Promise.all([tellStory(fleetEu, say, stop.signal), showExcerpts()]);
} catch (error) {
  if (!stop.signal.aborted) throw error;
} finally {
  await exporter.stop();
  await simulator.close();
}

function say(text: string): void {
  console.log(`${new Date().toLocaleTimeString()}  ${text}`);
}

async function showExcerpts(): Promise<void> {
  for (let shown = SHOWN_FIRST; !stop.signal.aborted; shown = SHOWN_LATER) {
    const answer = await fetch(`${exporter.url}/metrics?collect[]=accounts`, { signal: stop.signal });
    const lines = (await answer.text()).split('\n').filter((line) => shown.test(line));
    console.log(`\n$ curl ${exporter.url}/metrics    (an excerpt)\n${lines.join('\n')}\n`);
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, EXCERPT_EVERY_MS);
      stop.signal.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}
