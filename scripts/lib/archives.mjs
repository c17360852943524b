/**
 * Just enough of tar, zip and asar to unpack the npm-hosted Electron with no dependency:
 * this runs where nothing but npm can be reached, on files of 200 MB that must not sit in memory.
 */
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import zlib from 'node:zlib';

const MIB = 1 << 20;
const TAR_BLOCK = 512;

function tarField(header, start, end) {
  return header.toString('latin1', start, end).replace(/\0.*$/s, '').trim();
}

/** Passes on the bytes of one member of a tar stream. Our member's path is short: no long-name records. */
function pickTarMember(member, found) {
  return async function* (source) {
    let header = Buffer.alloc(0);
    let bodyLeft = 0;
    let paddingLeft = 0;
    let isTaking = false;
    for await (let chunk of source) {
      while (chunk.length > 0) {
        if (bodyLeft > 0) {
          const part = chunk.subarray(0, bodyLeft);
          if (isTaking) yield part;
          bodyLeft -= part.length;
          if (isTaking && bodyLeft === 0) found();
          chunk = chunk.subarray(part.length);
        } else if (paddingLeft > 0) {
          const skipped = Math.min(paddingLeft, chunk.length);
          paddingLeft -= skipped;
          chunk = chunk.subarray(skipped);
        } else {
          const needed = TAR_BLOCK - header.length;
          header = Buffer.concat([header, chunk.subarray(0, needed)]);
          chunk = chunk.subarray(needed);
          if (header.length < TAR_BLOCK) break;
          const name = tarField(header, 0, 100);
          bodyLeft = name ? Number.parseInt(tarField(header, 124, 136) || '0', 8) : 0;
          paddingLeft = (TAR_BLOCK - (bodyLeft % TAR_BLOCK)) % TAR_BLOCK;
          isTaking = name === member;
          header = Buffer.alloc(0);
        }
      }
    }
  };
}

/** Writes one member of a .tgz to `target`; returns the archive's checksum as npm's lock file writes it. */
export async function extractTarMember(archive, member, target) {
  const hash = crypto.createHash('sha512');
  let isFound = false;
  await pipeline(
    fs.createReadStream(archive, { highWaterMark: MIB }),
    async function* (source) {
      for await (const chunk of source) {
        hash.update(chunk);
        yield chunk;
      }
    },
    zlib.createGunzip({ chunkSize: MIB }),
    pickTarMember(member, () => (isFound = true)),
    fs.createWriteStream(target),
  );
  if (!isFound) throw new Error(`${member} is not in ${archive}`);
  return `sha512-${hash.digest('base64')}`;
}

const ZIP_END = Buffer.from([0x50, 0x4b, 5, 6]);
const ZIP_ENTRY = 0x02014b50;

function readAt(fd, position, length) {
  const buffer = Buffer.alloc(length);
  fs.readSync(fd, buffer, 0, length, position);
  return buffer;
}

/** The members of a zip (no zip64), from its directory at the end. */
function* zipEntries(fd) {
  const { size } = fs.fstatSync(fd);
  const tailLength = Math.min(size, 65_557);
  const tail = readAt(fd, size - tailLength, tailLength);
  const end = tail.lastIndexOf(ZIP_END);
  if (end < 0) throw new Error('Not a zip file');
  const directory = readAt(fd, tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12));
  let at = 0;
  while (at < directory.length && directory.readUInt32LE(at) === ZIP_ENTRY) {
    const nameLength = directory.readUInt16LE(at + 28);
    const local = readAt(fd, directory.readUInt32LE(at + 42), 30);
    yield {
      name: directory.toString('utf8', at + 46, at + 46 + nameLength),
      isDeflated: directory.readUInt16LE(at + 10) === 8,
      packedSize: directory.readUInt32LE(at + 20),
      size: directory.readUInt32LE(at + 24),
      mode: directory.readUInt32LE(at + 38) >>> 16,
      start: directory.readUInt32LE(at + 42) + 30 + local.readUInt16LE(26) + local.readUInt16LE(28),
    };
    at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
}

async function writeZipEntry(file, fd, entry, target) {
  fs.mkdirSync(path.dirname(target), { recursive: true });
  const isLink = (entry.mode & 0o170000) === 0o120000;
  if (isLink) {
    const packed = readAt(fd, entry.start, entry.packedSize);
    fs.symlinkSync((entry.isDeflated ? zlib.inflateRawSync(packed) : packed).toString(), target);
    return;
  }
  const end = entry.start + entry.packedSize - 1;
  const source = entry.packedSize
    ? fs.createReadStream(file, { start: entry.start, end, highWaterMark: MIB })
    : [];
  const inflate = entry.isDeflated ? [zlib.createInflateRaw({ chunkSize: MIB })] : [];
  await pipeline(source, ...inflate, fs.createWriteStream(target, { mode: entry.mode & 0o777 || 0o644 }));
  const written = fs.statSync(target).size;
  if (written !== entry.size) throw new Error(`${entry.name} has ${written} of ${entry.size} bytes`);
}

/** Unpacks the members that `place` gives a path (relative to `dest`); the others are skipped. */
export async function unzip(file, dest, place) {
  const fd = fs.openSync(file, 'r');
  try {
    for (const entry of zipEntries(fd)) {
      const relative = entry.name.endsWith('/') ? undefined : place(entry.name);
      if (!relative) continue;
      const target = path.join(dest, relative);
      if (!target.startsWith(dest + path.sep)) throw new Error(`Unsafe path in the archive: ${entry.name}`);
      await writeZipEntry(file, fd, entry, target);
    }
  } finally {
    fs.closeSync(fd);
  }
}

function uint32(value) {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value);
  return buffer;
}

/** An asar archive: a pickled JSON header, then the files' bytes. */
export function makeAsar(textByName) {
  const header = { files: {} };
  const bodies = [];
  let offset = 0;
  for (const [name, text] of Object.entries(textByName)) {
    const body = Buffer.from(text);
    header.files[name] = { size: body.length, offset: String(offset) };
    offset += body.length;
    bodies.push(body);
  }
  const json = Buffer.from(JSON.stringify(header));
  const padded = Buffer.concat([json, Buffer.alloc((4 - (json.length % 4)) % 4)]);
  const pickle = Buffer.concat([uint32(padded.length + 4), uint32(json.length), padded]);
  return Buffer.concat([uint32(4), uint32(pickle.length), pickle, ...bodies]);
}
