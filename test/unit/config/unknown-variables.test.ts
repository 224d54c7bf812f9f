import { describe, expect, it } from 'vitest';
import { SETTINGS, type Setting } from '../../../src/config/settings.ts';
import { findUnknownVariables, mayMisspellCredential } from '../../../src/config/unknown-variables.ts';

const NONE: ReadonlySet<string> = new Set();

describe('an unknown variable', () => {
  it.each([
    ['POINTONE_ENDPOINT', 'POINTONE_API_ENDPOINT'],
    ['POINTONE_API_ENDPONT', 'POINTONE_API_ENDPOINT'],
    ['POINTONE_API_URL', 'POINTONE_API_ENDPOINT'],
    ['POINTONE_TOKEN', 'POINTONE_API_TOKEN'],
    ['POINTONE_API_KEY', 'POINTONE_API_TOKEN'],
    ['POINTONE_TOKEN_FILE', 'POINTONE_API_TOKEN_FILE'],
    ['POINTONE_CONFIG', 'POINTONE_CONFIG_FILE'],
    ['POINTONE_PORT', 'POINTONE_WEB_LISTEN_ADDRESS'],
    ['POINTONE_LISTEN_ADDRESS', 'POINTONE_WEB_LISTEN_ADDRESS'],
    ['POINTONE_LOGLEVEL', 'POINTONE_LOG_LEVEL'],
    ['pointone_api_token', 'POINTONE_API_TOKEN'],
  ])('%s is a problem that suggests %s', (variable, suggestion) => {
    expect(findUnknownVariables({ [variable]: 'x' }, NONE)).toEqual([
      { location: variable, message: `unknown variable; did you mean ${suggestion}?` },
    ]);
  });

  it('that resembles no setting is a problem that says what to do', () => {
    expect(findUnknownVariables({ POINTONE_FOO: 'x' }, NONE)).toEqual([
      { location: 'POINTONE_FOO', message: expect.stringMatching(/unset it, or name it in token_env/) },
    ]);
  });

  it('is not quoted when its name may be a secret', () => {
    const [problem] = findUnknownVariables({ 'POINTONE_eyJhbGciOiJIUzI1NiJ9 x': 'x' }, NONE);
    expect(JSON.stringify(problem)).not.toContain('eyJ');
  });
});

describe('not a problem is', () => {
  it.each(Object.values<Setting<unknown>>(SETTINGS).flatMap(({ variable }) => variable ?? []))('%s', (variable) => {
    expect(findUnknownVariables({ [variable]: 'x' }, NONE)).toEqual([]);
  });

  it.each([
    ['a variable of another program', { POINT_ONE_X: 'x', PATH: 'x' }],
    ['an empty variable, which counts as unset', { POINTONE_ENDPOINT: ' ' }],
    ['an undefined variable', { POINTONE_ENDPOINT: undefined }],
  ])('%s', (_description, environment) => {
    expect(findUnknownVariables(environment, NONE)).toEqual([]);
  });

  it('a variable that token_env names', () => {
    expect(findUnknownVariables({ POINTONE_TOKEN: 'x', POINTONE_FLEET: 'y' }, new Set(['POINTONE_TOKEN']))).toEqual([
      { location: 'POINTONE_FLEET', message: expect.any(String) },
    ]);
  });

  it('a variable that token_env may name, while the accounts file cannot be parsed', () => {
    expect(findUnknownVariables({ POINTONE_FLEET: 'x', POINTONE_ENDPOINT: 'y' }, undefined)).toEqual([
      { location: 'POINTONE_ENDPOINT', message: expect.any(String) },
    ]);
  });

  // https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
  it.each(['POINTONE_TOKEN_EXPORTER', 'POINTONE', 'POINTONE_API'])(
    'the variables that Kubernetes sets for a Service: %s_…',
    (service) => {
      const environment = {
        [`${service}_SERVICE_HOST`]: '10.0.0.11',
        [`${service}_SERVICE_PORT`]: '10210',
        [`${service}_SERVICE_PORT_HTTP_METRICS`]: '10210',
        [`${service}_PORT`]: 'tcp://10.0.0.11:10210',
        [`${service}_PORT_10210_TCP`]: 'tcp://10.0.0.11:10210',
        [`${service}_PORT_10210_TCP_PROTO`]: 'tcp',
        [`${service}_PORT_10210_TCP_PORT`]: '10210',
        [`${service}_PORT_10210_TCP_ADDR`]: '10.0.0.11',
      };
      expect(findUnknownVariables(environment, NONE)).toEqual([]);
    },
  );
});

it.each([
  ['POINTONE_TOKEN', true],
  ['POINTONE_CONFIG', true],
  ['POINTONE_ENDPOINT', false],
  ['POINTONE_API_TOKEN', false],
])('%s may be a misspelled name of the credential: %s', (variable, expected) => {
  expect(mayMisspellCredential({ [variable]: 'x' })).toBe(expected);
});
