/** What comes back from a service may repeat the secret it was called with; no event may hold one. */
import { isJsonObject, type Json } from '../../../shared/base/json';

/** Shorter ones are no secrets, and taking them out would tear texts apart. */
const MIN_LENGTH = 6;

export function hideSecrets(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets) {
    if (secret.length >= MIN_LENGTH) clean = clean.replaceAll(secret, '[secret]');
  }
  return clean;
}

export function hideSecretsIn(value: Json, secrets: readonly string[]): Json {
  return secrets.some((secret) => secret.length >= MIN_LENGTH) ? walk(value, secrets) : value;
}

function walk(value: Json, secrets: readonly string[]): Json {
  if (typeof value === 'string') return hideSecrets(value, secrets);
  if (Array.isArray(value)) return value.map((item: Json) => walk(item, secrets));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [hideSecrets(key, secrets), walk(member, secrets)]),
  );
}
