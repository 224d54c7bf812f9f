/** A strict parser of the exposition formats, independent of the writer under test. */
interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Exposition {
  readonly samples: readonly Sample[];
  readonly types: ReadonlyMap<string, string>;
  readonly help: ReadonlyMap<string, string>;
  readonly units: ReadonlyMap<string, string>;
}

/**
 * Parses text format 0.0.4, or OpenMetrics when it ends in `# EOF`.
 *
 * @throws on malformed input, on duplicate series (an empty label equals an absent one), and on families whose samples
 * are not contiguous
 */
export function parseExposition(text: string): Exposition {
  const reader = new Reader();
  if (text !== '' && !text.endsWith('\n')) throw new Error('the last line has no line feed');
  for (const line of text.split('\n').slice(0, -1)) reader.read(line);
  return reader;
}

class Reader implements Exposition {
  readonly types = new Map<string, string>();
  readonly help = new Map<string, string>();
  readonly units = new Map<string, string>();
  readonly samples: Sample[] = [];
  readonly #series = new Set<string>();
  readonly #finished = new Set<string>();
  #family = '';
  #ended = false;

  read(line: string): void {
    if (this.#ended) throw new Error('# EOF is not the last line');
    if (line === '# EOF') this.#ended = true;
    else if (line.startsWith('#')) this.#describe(line);
    else this.#sample(line);
  }

  #describe(line: string): void {
    const [, kind, family = '', rest = ''] = /^# (HELP|TYPE|UNIT) ([a-zA-Z_:][\w:]*) (.*)$/.exec(line) ?? [];
    if (kind === undefined) throw new Error(`unknown kind of comment: ${line}`);
    const into = kind === 'HELP' ? this.help : kind === 'TYPE' ? this.types : this.units;
    if (into.has(family)) throw new Error(`duplicate ${kind} of ${family}`);
    into.set(family, rest);
  }

  #sample(line: string): void {
    const sample = parseSample(line);
    this.#enter(familyOf(sample.name, this.types));
    const key = seriesKey(sample);
    if (this.#series.has(key)) throw new Error(`duplicate series: ${line}`);
    this.#series.add(key);
    this.samples.push(sample);
  }

  #enter(family: string): void {
    if (family === this.#family) return;
    if (this.#finished.has(family)) throw new Error(`the samples of ${family} are not contiguous`);
    this.#finished.add(this.#family);
    this.#family = family;
  }
}

function seriesKey({ name, labels }: Pick<Sample, 'name' | 'labels'>): string {
  const present = Object.entries(labels).filter(([, value]) => value !== '');
  return JSON.stringify([name, present.sort(([a], [b]) => (a < b ? -1 : 1))]);
}

function familyOf(name: string, types: ReadonlyMap<string, string>): string {
  if (types.has(name)) return name;
  const family = name.replace(/_(total|bucket|sum|count)$/, '');
  if (!types.has(family)) throw new Error(`no TYPE for ${name}`);
  return family;
}

function parseSample(line: string): Sample {
  const name = /^[a-zA-Z_:][\w:]*/.exec(line)?.[0];
  if (name === undefined) throw new Error(`not a sample: ${line}`);
  const { labels, end } = parseLabels(line, name.length);
  const value = /^ (NaN|[+-]Inf|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/.exec(line.slice(end))?.[1];
  if (value === undefined) throw new Error(`no value: ${line}`);
  return { name, labels, value: Number(value.replace('Inf', 'Infinity')) };
}

function parseLabels(line: string, start: number): { labels: Record<string, string>; end: number } {
  const labels: Record<string, string> = {};
  if (line[start] !== '{') return { labels, end: start };
  let at = start + 1;
  while (line[at] !== '}') {
    const [pair, label = ''] = /^([a-zA-Z_]\w*)="/.exec(line.slice(at)) ?? [];
    if (pair === undefined) throw new Error(`no label at ${at}: ${line}`);
    if (Object.hasOwn(labels, label)) throw new Error(`duplicate label ${label}: ${line}`);
    const { value, end } = parseQuoted(line, at + pair.length);
    labels[label] = value;
    at = end;
    if (line[at] === ',') at += 1;
    else if (line[at] !== '}') throw new Error(`no comma at ${at}: ${line}`);
  }
  return { labels, end: at + 1 };
}

function parseQuoted(line: string, start: number): { value: string; end: number } {
  let value = '';
  for (let at = start; at < line.length; at += 1) {
    const character = line[at];
    if (character === '"') return { value, end: at + 1 };
    if (character !== '\\') {
      value += character;
      continue;
    }
    at += 1;
    const escaped = { n: '\n', '"': '"', '\\': '\\' }[line[at] ?? ''];
    if (escaped === undefined) throw new Error(`unknown escape \\${line[at]}: ${line}`);
    value += escaped;
  }
  throw new Error(`unterminated label value: ${line}`);
}
