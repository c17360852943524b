/**
 * Secrets of this machine's user, encrypted with the system's keychain.
 *
 * S1. A value is never written unencrypted, never logged, never sent to the window.
 * S2. Without a keychain nothing is stored: the environment variable of the same name is used instead.
 */
import { AppError } from '../../../shared/base/app-error';
import { z } from '../../../shared/spec/zod';
import { JsonStore } from './json-store';

/** What encrypts; Electron's safeStorage in the app. */
export interface Keychain {
  isAvailable(): boolean;
  encrypt(text: string): Uint8Array;
  /** @throws when the text was encrypted by another user or machine. */
  decrypt(bytes: Uint8Array): string;
}

const SecretFile = z.strictObject({
  version: z.literal(1),
  items: z.record(z.string(), z.string()),
});
type SecretFile = z.infer<typeof SecretFile>;

const NO_KEYCHAIN = 'This system offers no keychain, so Baton cannot keep secrets safely.';

export interface SecretOptions {
  readonly file: string;
  readonly keychain: Keychain;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Told of every value that is handed out, so that logs can mask it. */
  onValue?(value: string): void;
  onTrouble?(message: string): void;
}

export class SecretService {
  private readonly options: SecretOptions;
  private readonly store: JsonStore<SecretFile>;

  private constructor(options: SecretOptions, store: JsonStore<SecretFile>) {
    this.options = options;
    this.store = store;
  }

  static async open(options: SecretOptions): Promise<SecretService> {
    const store = await JsonStore.open<SecretFile>({
      file: options.file,
      schema: SecretFile,
      empty: { version: 1, items: {} },
      ...(options.onTrouble ? { onTrouble: options.onTrouble } : {}),
    });
    return new SecretService(options, store);
  }

  list(): { names: string[]; available: boolean } {
    return {
      names: Object.keys(this.store.get().items).sort(),
      available: this.options.keychain.isAvailable(),
    };
  }

  async set(name: string, value: string): Promise<void> {
    this.options.onValue?.(value);
    if (!this.options.keychain.isAvailable()) {
      if (this.options.env[name] === value) return; // already there under that name; nothing has to be kept
      throw new AppError('secret/unavailable', NO_KEYCHAIN, {
        hint: `Set the environment variable ${name} and start Baton again; it is used by that name.`,
      });
    }
    const encrypted = Buffer.from(this.options.keychain.encrypt(value)).toString('base64');
    await this.store.set({
      version: 1,
      items: { ...this.store.get().items, [name]: encrypted },
    });
  }

  async delete(name: string): Promise<void> {
    const { [name]: _gone, ...items } = this.store.get().items;
    await this.store.set({ version: 1, items });
  }

  /** The value by name: the keychain's, else the environment variable of the same name. */
  value(name: string): string | undefined {
    const { env } = this.options;
    const value = this.stored(name) ?? (Object.hasOwn(env, name) ? env[name] : undefined);
    if (value !== undefined) this.options.onValue?.(value);
    return value;
  }

  private stored(name: string): string | undefined {
    const { items } = this.store.get();
    const encrypted = Object.hasOwn(items, name) ? items[name] : undefined;
    if (encrypted === undefined || !this.options.keychain.isAvailable()) return undefined;
    try {
      return this.options.keychain.decrypt(Buffer.from(encrypted, 'base64'));
    } catch {
      this.options.onTrouble?.(
        `the secret ${name} was encrypted elsewhere and cannot be read; enter it again`,
      );
      return undefined;
    }
  }
}
