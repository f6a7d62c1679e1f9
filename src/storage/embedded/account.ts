import { execFile } from 'node:child_process'
import { lchown, readdir, stat } from 'node:fs/promises'
import { join, parse } from 'node:path'
import { promisify } from 'node:util'
import { EmbeddedPostgresError, errorText } from './embedded-error.js'

/** Whom PostgreSQL runs as and who owns its files; it refuses to run as root. */
export interface Account {
  readonly uid: number
  readonly gid: number
}

export interface Invocation {
  readonly file: string
  readonly args: string[]
  readonly options: {
    readonly cwd: string
    readonly env: Record<string, string> | undefined
    readonly uid?: number
    readonly gid?: number
  }
}

export interface Launcher {
  /** Undefined: the account of this process. */
  readonly account: Account | undefined
  invoke(file: string, args: readonly string[]): Invocation
}

/** The number of `nobody` on Linux, so it has a name where there are names at all. */
const NOBODY: Account = { uid: 65_534, gid: 65_534 }

/**
 * For root, the account that the files already have: a folder that an ordinary user began stays usable for that user,
 * also when root has used it in between.
 */
async function accountFor(home: string, dataDir: string): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined
  for (const path of [home, dataDir]) {
    const found = await stat(path).catch(() => undefined)
    if (found !== undefined && found.uid !== 0) return { uid: found.uid, gid: found.gid }
  }
  return NOBODY
}

// The environment of this process may hold PG* and locale variables that would change what PostgreSQL does.
const ENVIRONMENT = { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C', TZ: 'UTC' }

const baseOptions = (dataDir: string) => ({
  cwd: parse(dataDir).root,
  env: process.platform === 'win32' ? undefined : ENVIRONMENT,
})

const asOurselves = (dataDir: string): Launcher => ({
  account: undefined,
  invoke: (file, args) => ({ file, args: [...args], options: baseOptions(dataDir) }),
})

const asAccount = (account: Account, dataDir: string): Launcher => ({
  account,
  invoke: (file, args) => ({ file, args: [...args], options: { ...baseOptions(dataDir), ...account } }),
})

/**
 * Leaves root's identity, keeps root's right to pass through closed folders such as root's home. PostgreSQL asks
 * access(2) about its own binaries, which heeds that right only under no_setuid_fixup.
 */
const asAccountPastClosedFolders = (account: Account, dataDir: string): Launcher => ({
  account,
  invoke: (file, args) => ({
    file: 'setpriv',
    args: [
      `--reuid=${account.uid}`,
      `--regid=${account.gid}`,
      '--clear-groups',
      '--securebits=+no_setuid_fixup',
      '--inh-caps=+dac_override',
      '--ambient-caps=+dac_override',
      '--',
      file,
      ...args,
    ],
    options: baseOptions(dataDir),
  }),
})

/** Our own rights under another number; what is made belongs to us. */
const inUserNamespace = (dataDir: string): Launcher => ({
  account: undefined,
  invoke: (file, args) => ({
    file: 'unshare',
    args: ['--user', `--map-user=${NOBODY.uid}`, `--map-group=${NOBODY.gid}`, '--', file, ...args],
    options: baseOptions(dataDir),
  }),
})

export interface Reach {
  readonly dataDir: string
  readonly home: string
  /** Files that PostgreSQL must be able to read. */
  readonly files: readonly string[]
}

export async function chooseLauncher({ dataDir, home, files }: Reach): Promise<Launcher> {
  const account = await accountFor(home, dataDir)
  if (account === undefined) return asOurselves(dataDir)
  return launcherAs(account, dataDir, files)
}

/**
 * initdb insists on a user with a name, which the user of a container or the owner of a mounted folder need not have.
 * Root can be somebody else for that; an ordinary user can where the system lets users have namespaces of their own.
 */
export async function chooseNamedLauncher({ account }: Launcher, { dataDir, files }: Reach): Promise<Launcher> {
  return account === undefined ? inUserNamespace(dataDir) : launcherAs(NOBODY, dataDir, files)
}

async function launcherAs(account: Account, dataDir: string, files: readonly string[]): Promise<Launcher> {
  const candidates = [
    asAccount(account, dataDir),
    asAccountPastClosedFolders(account, dataDir),
    // The root of a container that has no other users.
    inUserNamespace(dataDir),
  ]
  for (const launcher of candidates) if (await reaches(launcher, dataDir, files)) return launcher
  throw new EmbeddedPostgresError(
    `PostgreSQL does not run as root, and uid ${account.uid} cannot reach ${dataDir} and ${files[0]}: ` +
      'start as an ordinary user, move them out of closed folders, install setpriv (util-linux), or set DATABASE_URL',
  )
}

async function reaches(launcher: Launcher, dataDir: string, files: readonly string[]): Promise<boolean> {
  const script = 'test -x "$1" || exit 1; shift; for file; do test -r "$file" || exit 1; done'
  const { file, args, options } = launcher.invoke('/bin/sh', ['-c', script, 'sh', dataDir, ...files])
  try {
    await promisify(execFile)(file, args, options)
    return true
  } catch {
    return false
  }
}

export async function giveAll(path: string, { uid, gid }: Account): Promise<void> {
  try {
    await lchown(path, uid, gid)
    for (const entry of await readdir(path, { recursive: true })) await lchown(join(path, entry), uid, gid)
  } catch (error) {
    throw new EmbeddedPostgresError(
      `${path} cannot be given to uid ${uid}, as PostgreSQL does not run as root (${errorText(error)}): ` +
        'start as an ordinary user, use a DATA_DIR on another file system, or set DATABASE_URL',
    )
  }
}
