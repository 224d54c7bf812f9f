import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTemporaryDirectory, type TemporaryDirectory } from '../demo/temporary-directory.ts';
import type { SimulatorState, User } from '../simulator/state.ts';

/** Accounts that get all faults in turn. The soak test compares their error counts with the injected faults. */
export const FAULTY = ['faulty-1', 'faulty-2', 'faulty-3', 'faulty-4'] as const;
/** An account that gets no faults. */
export const STEADY = 'steady';
/** An account whose token file is replaced repeatedly, and sometimes emptied. */
export const ROTATING = 'rotating';
/** An account whose scrapes end early, because the client disconnects. */
export const DISCONNECTING = 'disconnecting';
/** An account that reloads add and remove. */
const TEMPORARY = 'temporary';

/** Longer than any successful request on a busy machine, shorter than the timeout of the scrapers. */
const ACCOUNT_TIMEOUT = '3s';

/** The accounts file and the token files. */
export class Accounts {
  readonly file: string;
  readonly #folder: TemporaryDirectory;
  readonly #users: ReadonlyMap<string, User>;
  #withTemporary = true;

  private constructor(folder: TemporaryDirectory, users: ReadonlyMap<string, User>) {
    this.#folder = folder;
    this.#users = users;
    this.file = join(folder.path, 'accounts.yml');
  }

  static async create(state: SimulatorState): Promise<Accounts> {
    const names = [...FAULTY, STEADY, ROTATING, DISCONNECTING, TEMPORARY];
    const users = new Map(names.map((name) => [name, state.addUser(name)]));
    const accounts = new Accounts(createTemporaryDirectory('soak'), users);
    for (const [name, user] of users) {
      for (let count = 0; count < 20; count += 1) user.add();
      await accounts.#writeFile(name, user.credential);
    }
    await accounts.#writeConfiguration();
    return accounts;
  }

  /** Writes a new valid credential to the token file of the rotating account, and deletes an old one. */
  async rotate(): Promise<void> {
    const user = this.#users.get(ROTATING) as User;
    const old = user.tokens.filter(({ name }) => name === 'rotated');
    const { secret = '' } = user.add({ name: 'rotated' });
    await this.#writeFile(ROTATING, secret);
    // Keep the previous token, because requests with it may be in flight.
    for (const token of old.slice(0, -1)) user.remove(token);
  }

  async emptyRotatingFile(): Promise<void> {
    await this.#writeFile(ROTATING, '');
  }

  /** Removes the temporary account from the accounts file, or adds it again. The exporter must reload afterwards. */
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

  /** Writes a file and renames it, so that no reader gets a part of it. */
  async #writeFile(name: string, content: string): Promise<void> {
    const path = join(this.#folder.path, name);
    await writeFile(`${path}.new`, content, { mode: 0o600 });
    await rename(`${path}.new`, path);
  }
}
