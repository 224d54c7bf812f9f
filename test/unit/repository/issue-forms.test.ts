import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const FOLDER = new URL('../../../.github/ISSUE_TEMPLATE/', import.meta.url);
const FORMS = readdirSync(FOLDER).filter((file) => file !== 'config.yml');

interface Field {
  readonly type: string;
  readonly id?: string;
  readonly attributes: {
    readonly label?: string;
    readonly description?: string;
    readonly render?: string;
    readonly value?: string;
    readonly options?: readonly (string | { readonly label: string })[];
  };
  readonly validations?: { readonly required?: boolean };
}

interface Form {
  readonly name: string;
  readonly description: string;
  readonly body: readonly Field[];
}

const read = (file: string): Form => parse(readFileSync(new URL(file, FOLDER), 'utf8')) as Form;

/** GitHub hides a form that it cannot parse: https://docs.github.com/communities. */
describe.each(FORMS)('the form %s', (file) => {
  const form = read(file);

  it('meets the requirements of GitHub', () => {
    expect(form.name).toMatch(/./);
    expect(form.description).toMatch(/./);
    expect(form.body.some(({ type }) => type !== 'markdown')).toBe(true);
    for (const { type, attributes } of form.body) {
      expect(['markdown', 'textarea', 'input', 'dropdown', 'checkboxes']).toContain(type);
      if (type === 'markdown') expect(attributes.value).toMatch(/./);
      else expect(attributes.label).toMatch(/./);
      if (type === 'dropdown' || type === 'checkboxes') expect(attributes.options?.length).toBeGreaterThan(0);
    }
    const ids = form.body.flatMap(({ id }) => id ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    const labels = form.body.flatMap(({ attributes }) => attributes.label ?? []);
    expect(new Set(labels).size).toBe(labels.length);
  });
});

it('the bug form requests version, system, installation and supervisor', () => {
  const requested = read('bug.yml').body.flatMap(({ id }) => id ?? []);
  expect(requested).toEqual(expect.arrayContaining(['version', 'system', 'installed', 'runs']));
});

it('the bug form requests the output of diagnose, masked and as text, and does not require it', () => {
  const field = read('bug.yml').body.find(({ id }) => id === 'diagnose');
  expect(field?.attributes.description).toContain('`pointone-token-exporter diagnose`');
  expect(field?.attributes.description).toMatch(/no token, and masks names/);
  expect(field?.attributes.render).toBe('text');
  // A program that does not start has no output.
  expect(field?.validations?.required ?? false).toBe(false);
});

it('the bug form starts with a warning against pasting tokens', () => {
  expect(read('bug.yml').body[0]?.attributes.value).toContain('Never paste a token');
});
