import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { open } from 'node:fs/promises'
import { promisify } from 'node:util'
import { chooseNamedLauncher, giveAll, type Launcher, type Reach } from './account.js'
import { EmbeddedPostgresError, errorText } from './embedded-error.js'
import type { Installation } from './installation.js'

export const SUPERUSER = 'tidemark'

export interface InitdbOptions {
  readonly installation: Installation
  readonly launcher: Launcher
  readonly reach: Reach
  /** False: a crash of the machine may lose the new cluster. */
  readonly durable: boolean
}

export interface InitdbTarget {
  readonly folder: string
  readonly pgdata: string
  readonly passwordFile: string
}

async function writePassword(path: string): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  await file.writeFile(`${randomBytes(24).toString('base64url')}\n`)
  await file.sync()
  await file.close()
}

export async function initdb(target: InitdbTarget, options: InitdbOptions): Promise<void> {
  const { launcher, reach } = options
  await writePassword(target.passwordFile)
  const failure = await tryInitdb(target, launcher, options)
  if (failure === undefined) return
  if (!NAMELESS.test(failure)) throw cannotBeMade(target, failure)
  const named = await chooseNamedLauncher(launcher, reach)
  if ((await tryInitdb(target, named, options)) !== undefined) {
    throw cannotBeMade(target, `${failure}: give this user a name in /etc/passwd, or set DATABASE_URL`)
  }
  if (launcher.account !== undefined) await giveAll(target.folder, launcher.account)
}

const NAMELESS = /could not look up effective user ID/

const cannotBeMade = ({ folder }: InitdbTarget, reason: string): EmbeddedPostgresError =>
  new EmbeddedPostgresError(`a PostgreSQL cluster cannot be made in ${folder}: ${reason}`)

/** Returns what went wrong. */
async function tryInitdb(
  { folder, pgdata, passwordFile }: InitdbTarget,
  launcher: Launcher,
  options: InitdbOptions,
): Promise<string | undefined> {
  if (launcher.account !== undefined) await giveAll(folder, launcher.account)
  const invocation = launcher.invoke(options.installation.initdb, [
    `--pgdata=${pgdata}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // Built into PostgreSQL, so the same on every system, and sorted by code point.
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--data-checksums',
    ...(options.durable ? [] : ['--no-sync']),
  ])
  return promisify(execFile)(invocation.file, invocation.args, invocation.options).then(
    () => undefined,
    (error: unknown) => {
      const stderr = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : ''
      return stderr || errorText(error)
    },
  )
}
