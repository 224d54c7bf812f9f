import type { Parser } from '../config/parsed.ts';
import type { Place, YamlFile } from '../config/yaml-file.ts';
import { entries } from './sections.ts';

/** A check of this cost takes seconds, and each step up doubles that. */
const HIGHEST_COST = 18;

/** Never repeats a hash, nor what stands in its place: it may be the password. */
const bcryptHash: Parser<string> = {
  accepts: 'a bcrypt hash, such as htpasswd -nBC 10 "" prints behind the colon',
  parse(text) {
    const cost = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/.exec(text)?.[1];
    if (cost === undefined) return { problem: `is no bcrypt hash; expected ${bcryptHash.accepts}` };
    if (Number(cost) >= 4 && Number(cost) <= HIGHEST_COST) return { value: text };
    return { problem: `has a bcrypt cost of ${Number(cost)}; accepted: 4 to ${HIGHEST_COST}` };
  },
};

/** Reads `basic_auth_users`: the hash of each user's password. Names are not repeated in messages, their lines are told. */
export function readUsers(yaml: YamlFile, place: Place | undefined): ReadonlyMap<string, string> {
  const users = new Map<string, string>();
  for (const { key: name, value } of entries(yaml, place, 'user names, each with a bcrypt hash')) {
    const hash = yaml.value(value, bcryptHash);
    if (name === '') yaml.problem(value, 'a user name must not be empty');
    if (name.includes(':'))
      yaml.problem(value, 'a user name cannot hold a colon: basic authentication parts name and password there');
    if (users.has(name)) yaml.problem(value, 'this user is given above already');
    if (hash !== undefined) users.set(name, hash);
  }
  return users;
}
