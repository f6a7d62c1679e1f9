import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadOrCreateSecret } from '../src/secret-file.js'

describe('a secret in DATA_DIR', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tidemark-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  test.each(['jwt-secret', 'draw-key'] as const)(
    '%s is made once by any number of starts, for its owner alone',
    async name => {
      const dir = join(folder, name)
      const secrets = await Promise.all(Array.from({ length: 8 }, () => loadOrCreateSecret(dir, name)))
      expect(new Set(secrets).size).toBe(1)
      expect(secrets[0]).toMatch(/^[0-9a-f]{64}$/)
      expect(await loadOrCreateSecret(dir, name)).toBe(secrets[0])
      expect(await readdir(dir)).toEqual([name])
      expect((await stat(join(dir, name))).mode & 0o777).toBe(0o600)
    },
  )

  test('each is one of its own', async () => {
    const dir = join(folder, 'both')
    expect(await loadOrCreateSecret(dir, 'jwt-secret')).not.toBe(await loadOrCreateSecret(dir, 'draw-key'))
  })

  test('a damaged file is refused', async () => {
    const dir = await mkdtemp(join(folder, 'damaged-'))
    await writeFile(join(dir, 'draw-key'), '')
    await expect(loadOrCreateSecret(dir, 'draw-key')).rejects.toThrow(/draw-key does not hold a secret.*remove it/)
  })
})
