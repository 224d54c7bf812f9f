import { COMMANDS, type Command, SETTINGS, type Setting, TOKEN_VARIABLE } from './settings.ts';

const WIDTH = 100;
const INDENT = '      ';

/** What `--help` prints. */
export function helpText(): string {
  const commands = Object.entries(COMMANDS).map(([name, help]) => `  ${name}\n${wrap(help)}`);
  const settings = Object.values<Setting<unknown>>(SETTINGS);
  const describeSettings = (of: Command | undefined): string =>
    settings
      .filter(({ command }) => command === of)
      .map(describeSetting)
      .join('\n');
  return `Usage: pointone-token-exporter [COMMAND] [--FLAG=VALUE ...]

Prometheus exporter for the expiry and status of Point One Navigation personal access tokens.

Commands:
${commands.join('\n')}

Flags, each with the environment variable that gives it as well; the flag beats the variable:
${describeSettings(undefined)}
  --version
${wrap('Print version, revision and Node version, and exit.')}
  -h, --help
${wrap('Print this, and exit.')}

Flags of check alone:
${describeSettings('check')}

Environment only:
  ${TOKEN_VARIABLE}
${wrap('The personal access token; a read-only one is enough. It has no flag, since secrets do not belong on a command line.')}
  HTTPS_PROXY, HTTP_PROXY, NO_PROXY
${wrap('Proxies for API calls, never used for loopback.')}
  NODE_EXTRA_CA_CERTS
${wrap('File of further certificate authorities to trust.')}
`;
}

function describeSetting({ flag, variable, placeholder, parser, help, default: fallback }: Setting<unknown>): string {
  const flagText = `--${flag}${placeholder === undefined ? '' : `=${placeholder}`}`;
  const accepted = placeholder === undefined ? '' : ` Accepted: ${parser.accepts}.`;
  const shown = placeholder === undefined || fallback === undefined ? '' : ` Default: ${fallback}`;
  return `  ${flagText}${variable === undefined ? '' : `  (${variable})`}\n${wrap(help + accepted + shown)}`;
}

function wrap(text: string): string {
  const lines: string[] = [];
  let line = INDENT.slice(1);
  for (const word of text.split(' ')) {
    if (line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = INDENT.slice(1);
    }
    line += ` ${word}`;
  }
  return [...lines, line].join('\n');
}
