import { COMMANDS, type Command, SETTINGS, type Setting, TOKEN_VARIABLE } from './settings.ts';

const WIDTH = 100;
const INDENT = '      ';

/** Returns the text that `--help` prints. */
export function helpText(): string {
  const commands = Object.entries(COMMANDS).map(([name, help]) => `  ${name}\n${wrap(help)}`);
  const settings = Object.values<Setting<unknown>>(SETTINGS);
  const describeSettings = (owner: Command | undefined): string =>
    settings
      .filter(({ command }) => command === owner)
      .map(describeSetting)
      .join('\n');
  return `Usage: pointone-token-exporter [COMMAND] [--FLAG=VALUE ...]

Prometheus exporter for the expiry and status of Point One Navigation personal access tokens.

Commands:
${commands.join('\n')}

Flags, with their environment variables in parentheses (a flag takes precedence):
${describeSettings(undefined)}
  --version
${wrap('Print the version, the revision and the Node.js version, and exit.')}
  -h, --help
${wrap('Print this help and exit.')}

Flags of the command check:
${describeSettings('check')}

Flags of the command diagnose:
${describeSettings('diagnose')}

Environment variables without a flag:
  ${TOKEN_VARIABLE}
${wrap('Personal access token; a read-only one is sufficient. There is no flag for it, because secrets do not belong on a command line.')}
  HTTPS_PROXY, HTTP_PROXY, NO_PROXY
${wrap('Proxies for API calls. Loopback endpoints never use a proxy.')}
  NODE_EXTRA_CA_CERTS
${wrap('File with additional certificate authorities to trust.')}
`;
}

function describeSetting({ flag, variable, placeholder, parser, help, default: fallback }: Setting<unknown>): string {
  const flagText = `--${flag}${placeholder === undefined ? '' : `=${placeholder}`}`;
  const accepted = placeholder === undefined ? '' : ` Accepted: ${parser.accepts}.`;
  const defaultText = placeholder === undefined || fallback === undefined ? '' : ` Default: ${fallback}`;
  return `  ${flagText}${variable === undefined ? '' : `  (${variable})`}\n${wrap(help + accepted + defaultText)}`;
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
