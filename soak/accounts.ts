import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Folder, makeFolder } from '../demo/folder.ts';
import type { SimulatorState, User } from '../simulator/state.ts';

/** They meet every fault in turn; what they count is held to what the simulator did to them. */
export const FAULTY = ['faulty-1', 'faulty-2', 'faulty-3', 'faulty-4'] as const;
/** Meets no fault, whatever happens to the others. */
export const STEADY = 'steady';
/** Its token file is replaced, and emptied at times. */
export const ROTATING = 'rotating';
/** Its scrapers hang up in the middle. */
export const DISCONNECTING = 'deserted';
/** Comes and goes with the reloads. */
const TEMPORARY = 'guest';

/** Longer than a healthy call ever takes on a busy machine, shorter than the scrapers' patience. */
const ACCOUNT_TIMEOUT = '3s';

/** The accounts' file and the files of their credentials, as an operator has them. */
export class Accounts {
  readonly file: string;
  readonly #folder: Folder;
  readonly #users: ReadonlyMap<string, User>;
  #withTemporary = true;

  private constructor(folder: Folder, users: ReadonlyMap<string, User>) {
    this.#folder = folder;
    this.#users = users;
    this.file = join(folder.path, 'accounts.yml');
  }

  static async create(state: SimulatorState): Promise<Accounts> {
    const names = [...FAULTY, STEADY, ROTATING, DISCONNECTING, TEMPORARY];
    const users = new Map(names.map((name) => [name, state.addUser(name)]));
    const accounts = new Accounts(makeFolder('soak'), users);
    for (const [name, user] of users) {
      for (let count = 0; count < 20; count += 1) user.add();
      await accounts.#writeFile(name, user.credential);
    }
    await accounts.#writeConfiguration();
    return accounts;
  }

  /** Puts another working credential in the rotating account's file; the one before works no longer. */
  async rotate(): Promise<void> {
    const user = this.#users.get(ROTATING) as User;
    const old = user.tokens.filter(({ name }) => name === 'rotated');
    const { secret = '' } = user.add({ name: 'rotated' });
    await this.#writeFile(ROTATING, secret);
    // Calls that have read the old one may be under way.
    for (const token of old.slice(0, -1)) user.remove(token);
  }

  async emptyRotatingFile(): Promise<void> {
    await this.#writeFile(ROTATING, '');
  }

  /** Takes the guest out of the configuration, or puts it in again; a reload has to follow. */
  async toggleTemporary(): Promise<void> {
    this.#withTemporary = !this.#withTemporary;
    await this.#writeConfiguration();
  }

  async remove(): Promise<void> {
    await this.#folder.remove();
  }

  async #writeConfiguration(): Promise<void> {
    const names = [...this.#users.keys()].filter((name) => this.#withTemporary || name !== TEMPORARY);
    const accounts = names.map((name) => ({ name, token_file: name, timeout: ACCOUNT_TIMEOUT }));
    await this.#writeFile('accounts.yml', JSON.stringify({ accounts }));
  }

  /** By renaming, so that nobody reads half of it. */
  async #writeFile(name: string, content: string): Promise<void> {
    const path = join(this.#folder.path, name);
    await writeFile(`${path}.new`, content, { mode: 0o600 });
    await rename(`${path}.new`, path);
  }
}
