/** The app's own log: a few files in the data folder, oldest dropped, secrets masked. No document, no run data. */
import fs from 'node:fs';
import path from 'node:path';

export type LogLevel = 'info' | 'warn' | 'error';

export interface LoggerOptions {
  readonly folder: string;
  readonly maxBytes?: number;
  readonly files?: number;
  readonly now?: () => number;
  /** Also told of each line, masked; the terminal during development. */
  onLine?(line: string): void;
}

const MAX_LINE = 4_000;
/** Shorter values would mask ordinary words. */
const MIN_SECRET = 6;

export class Logger {
  private readonly options: LoggerOptions;
  private readonly file: string;
  private readonly secrets = new Set<string>();
  private sizeBytes: number;

  constructor(options: LoggerOptions) {
    this.options = options;
    this.file = path.join(options.folder, 'main.log');
    fs.mkdirSync(options.folder, { recursive: true });
    this.sizeBytes = fs.existsSync(this.file) ? fs.statSync(this.file).size : 0;
  }

  info(area: string, message: string): void {
    this.write('info', area, message);
  }

  warn(area: string, message: string): void {
    this.write('warn', area, message);
  }

  error(area: string, message: string): void {
    this.write('error', area, message);
  }

  write(level: LogLevel, area: string, message: string): void {
    const at = new Date((this.options.now ?? Date.now)()).toISOString();
    const line = `${at} ${level} ${area}: ${this.clean(message)}\n`;
    this.options.onLine?.(line);
    try {
      if (this.sizeBytes + line.length > (this.options.maxBytes ?? 1_000_000)) this.rotate();
      fs.appendFileSync(this.file, line);
      this.sizeBytes += Buffer.byteLength(line);
    } catch {
      // A full disk must not take the app down with it; the same trouble is shown to the person where it matters.
    }
  }

  /** From now on this value is written as `***`. */
  mask(secret: string): void {
    if (secret.length >= MIN_SECRET) this.secrets.add(secret);
  }

  private clean(message: string): string {
    let text = message;
    for (const secret of this.secrets) text = text.replaceAll(secret, '***');
    text = text.replaceAll(/\r?\n/g, ' | ');
    return text.length > MAX_LINE ? `${text.slice(0, MAX_LINE)} …` : text;
  }

  private rotate(): void {
    const files = this.options.files ?? 3;
    for (let i = files - 1; i >= 1; i--) {
      const older = `${this.file}.${i}`;
      const newer = i === 1 ? this.file : `${this.file}.${i - 1}`;
      if (fs.existsSync(newer)) fs.renameSync(newer, older);
    }
    this.sizeBytes = 0;
  }
}
