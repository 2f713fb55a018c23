// Payloads for c/every_call, a program that makes the system calls it is told to.

import { hex } from './connection.mjs';

/** Numbers of system calls. */
export const SEND_WGAS = 42;
export const WAIT = 51;
export const EXIT = 9;

const NUMBER = 0;
const PAYLOAD = 1;
const RESULT = 2;

/** An argument that points to these bytes. */
export const pointer = (bytes) => ({ bytes: Buffer.from(bytes) });
/** An argument that points to where a result goes. */
export const result = (offset = 0) => ({ result: offset });

/** Encode system calls, each `[number, ...arguments]`. */
export function everyCall(...list) {
  const head = Buffer.alloc(9);
  head.writeUInt16LE(list.length, 0);
  let end = head.length + list.reduce((size, [, ...args]) => size + 2 + 9 * args.length, 0);
  const parts = [head];
  const pointed = [];
  for (const [number, ...args] of list) {
    parts.push(Buffer.from([number, args.length]));
    for (const each of args) {
      const encoded = Buffer.alloc(9);
      if (each.bytes) {
        encoded.writeUInt8(PAYLOAD);
        encoded.writeBigUInt64LE(BigInt(end), 1);
        pointed.push(each.bytes);
        end += each.bytes.length;
      } else if (each.result !== undefined) {
        encoded.writeUInt8(RESULT);
        encoded.writeBigUInt64LE(BigInt(each.result), 1);
      } else {
        encoded.writeUInt8(NUMBER);
        encoded.writeBigUInt64LE(BigInt(each), 1);
      }
      parts.push(encoded);
    }
  }
  return hex(Buffer.concat([...parts, ...pointed]));
}

/** Encode the call that sends somebody a message, with gas and value. */
export function sending(destination, payload, gas, value = 0n) {
  const to = Buffer.alloc(48);
  Buffer.from(destination.slice(2), 'hex').copy(to);
  to.writeBigUInt64LE(value & 0xffff_ffff_ffff_ffffn, 32);
  to.writeBigUInt64LE(value >> 64n, 40);
  return [SEND_WGAS, pointer(to), pointer(payload), payload.length, gas, 0, result()];
}
