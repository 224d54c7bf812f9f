import type { User } from '../../simulator/state.ts';

/**
 * Creates a token as a person does, with a token that may write. Its role is `ROLE_READ_WRITE`, and it expires in a year.
 *
 * @returns the errors of the API; undefined if the token was created
 */
export async function createToken(url: string, user: User, name: string): Promise<unknown> {
  const writer = user.unlisted[0];
  if (writer !== undefined) writer.role = 'ROLE_READ_WRITE';
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${user.credential}` },
    body: JSON.stringify({
      query: `mutation { createPersonalAccessToken(name: "${name}", role: ROLE_READ_WRITE, expiryInDays: 365) }`,
    }),
  });
  return ((await response.json()) as { errors?: unknown }).errors;
}
