import { randomBytes, randomUUID } from 'node:crypto'
import { link, mkdir, open, readFile, unlink } from 'node:fs/promises'
import { join } from 'node:path'

const SECRET = /^[0-9a-f]{64}$/

export type SecretName = 'jwt-secret' | 'draw-key'

/** The secret of a server that was given none. Of several that start at once on one folder, all take the same. */
export async function loadOrCreateSecret(dataDir: string, name: SecretName): Promise<string> {
  const path = join(dataDir, name)
  await mkdir(dataDir, { recursive: true })
  return (await readSecret(path)) ?? (await createSecret(path))
}

async function createSecret(path: string): Promise<string> {
  const draft = `${path}.${randomUUID()}`
  const file = await open(draft, 'wx', 0o600)
  try {
    await file.writeFile(`${randomBytes(32).toString('hex')}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
  // A link is made whole or not at all, and unlike a rename never replaces what another start has made meanwhile.
  await link(draft, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  await unlink(draft)
  const secret = await readSecret(path)
  if (secret === null) throw new Error(`${path} disappeared while it was made`)
  return secret
}

async function readSecret(path: string): Promise<string | null> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (text === null) return null
  if (!SECRET.test(text.trim()))
    throw new Error(`${path} does not hold a secret of 64 hex digits: put it back, or remove it to have a new one made`)
  return text.trim()
}
