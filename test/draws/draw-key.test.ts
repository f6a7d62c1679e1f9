import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { parseDrawKey, SecretBox } from '../../src/draws/draw-key.js'

const KEY = Buffer.alloc(32, 7)
const SEED = Buffer.from('a seed of thirty-two bytes, as is')

describe('a secret box', () => {
  const box = new SecretBox(KEY)

  test.each([SEED, Buffer.alloc(0), randomBytes(1_000)])('opens what it has sealed', plain => {
    expect(box.open(box.seal(plain, 'draw:a:seed'), 'draw:a:seed')).toEqual(plain)
  })

  test('another box with the same key opens it, from any kind of bytes', () => {
    const sealed = new Uint8Array([0, ...box.seal(SEED, 'draw:a:seed')]).subarray(1)
    expect(new SecretBox(new Uint8Array(KEY)).open(sealed, 'draw:a:seed')).toEqual(SEED)
  })

  test('nothing of the secret shows, and the same one looks different each time', () => {
    const sealed = Array.from({ length: 50 }, () => box.seal(SEED, 'draw:a:seed'))
    expect(new Set(sealed.map(bytes => bytes.toString('hex'))).size).toBe(50)
    expect(sealed.filter(bytes => bytes.includes(SEED.subarray(0, 4)))).toEqual([])
  })

  test('another key is told from the one that it was sealed with', () => {
    const sealed = box.seal(SEED, 'draw:a:seed')
    expect(() => new SecretBox(Buffer.alloc(32, 8)).open(sealed, 'draw:a:seed')).toThrow(
      'draw:a:seed cannot be opened: DRAW_KEY differs from the one that it was sealed with, or it was altered',
    )
  })

  test.each(['draw:b:seed', 'draw:a:see', 'draw:a:seed ', ''])('it does not open under the label %j', label => {
    expect(() => box.open(box.seal(SEED, 'draw:a:seed'), label)).toThrow(/cannot be opened/)
  })

  test('no byte of it can be changed, and none be missing', () => {
    const sealed = box.seal(SEED, 'draw:a:seed')
    for (let at = 0; at < sealed.length; at++) {
      const tampered = Buffer.from(sealed)
      tampered[at]! ^= 1
      expect(() => box.open(tampered, 'draw:a:seed')).toThrow(/draw:a:seed/)
      expect(() => box.open(sealed.subarray(0, at), 'draw:a:seed')).toThrow(/draw:a:seed/)
    }
  })

  test.each([0, 16, 31, 33])('a key of %i bytes is refused', length => {
    expect(() => new SecretBox(Buffer.alloc(length))).toThrow('DRAW_KEY must be 32 bytes')
  })
})

describe('DRAW_KEY', () => {
  test.each([
    KEY.toString('hex'),
    KEY.toString('hex').toUpperCase(),
    KEY.toString('base64'),
    KEY.toString('base64').slice(0, -1),
  ])('%s is a key', text => {
    expect(parseDrawKey(text)).toEqual(KEY)
  })

  test.each([
    '',
    'secret',
    '07'.repeat(31),
    '07'.repeat(33),
    Buffer.alloc(31, 7).toString('base64'),
    Buffer.alloc(33, 7).toString('base64'),
    `${'!'.repeat(43)}=`,
  ])('%j is none', text => {
    expect(parseDrawKey(text)).toBeNull()
  })
})
