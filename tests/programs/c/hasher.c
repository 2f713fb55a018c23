/* Computes much: SHA-256 of the payload's end, then of that, and so on.
 *
 * payload  u32 how many times, then up to 1024 bytes. The reply is the last digest.
 */
#include "gear.h"

enum { BLOCK = 64, MAX_SIZE = 1024 };

static const u32 round_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static inline u32 rotate(u32 word, u32 by) { return word >> by | word << (32 - by); }

static void compress(u32 state[8], const u8 *block) {
    u32 words[64];
    for (u32 i = 0; i < 16; i++, block += 4)
        words[i] = (u32)block[0] << 24 | block[1] << 16 | block[2] << 8 | block[3];
    for (u32 i = 16; i < 64; i++) {
        u32 a = words[i - 15], b = words[i - 2];
        words[i] = words[i - 16] + (rotate(a, 7) ^ rotate(a, 18) ^ a >> 3) + words[i - 7] +
                   (rotate(b, 17) ^ rotate(b, 19) ^ b >> 10);
    }
    u32 a = state[0], b = state[1], c = state[2], d = state[3];
    u32 e = state[4], f = state[5], g = state[6], h = state[7];
    for (u32 i = 0; i < 64; i++) {
        u32 first = h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & f) ^ (~e & g)) +
                    round_constants[i] + words[i];
        u32 second = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
        h = g, g = f, f = e, e = d + first;
        d = c, c = b, b = a, a = first + second;
    }
    state[0] += a, state[1] += b, state[2] += c, state[3] += d;
    state[4] += e, state[5] += f, state[6] += g, state[7] += h;
}

/* `data` has room for one block more than its size, rounded up. */
static hash sha256(u8 *data, u32 size) {
    u32 state[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                    0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    u32 padded = (size + 9 + BLOCK - 1) / BLOCK * BLOCK;
    memset(data + size, 0, padded - size);
    data[size] = 0x80;
    for (u32 i = 0; i < 4; i++) data[padded - 1 - i] = (u8)(size * 8 >> 8 * i);
    for (u32 at = 0; at < padded; at += BLOCK) compress(state, data + at);
    hash digest;
    for (u32 i = 0; i < 32; i++) digest.bytes[i] = (u8)(state[i / 4] >> (24 - i % 4 * 8));
    return digest;
}

EXPORT(init) {}

EXPORT(handle) {
    u8 data[4 + MAX_SIZE + 2 * BLOCK];
    reader from = {data, data + read_payload(data, 4 + MAX_SIZE)};
    u32 times = take_number(&from, 4), size = from.end - from.at;
    for (; times; times--) {
        hash digest = sha256(data + 4, size);
        memcpy(data + 4, &digest, sizeof digest);
        size = sizeof digest;
    }
    reply(data + 4, size);
}
