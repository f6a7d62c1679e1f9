import { execFile } from 'node:child_process'
import { mkdir, readdir, rmdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const LOCK = join(ROOT, 'dist', '.building')
const EMITTED_WITH_ERRORS = 2
const LOCK_POLL_MS = 100
const LOCK_POLLS_MAX = 300

let built: Promise<void> | undefined

/** dist as src says, built at most once: test files run side by side, and none may start a half-written server. */
export const build = (): Promise<void> => {
  built ??= buildWhereStale()
  return built
}

async function buildWhereStale(): Promise<void> {
  if (await isFresh()) return
  await mkdir(join(ROOT, 'dist'), { recursive: true })
  for (let polls = 0; !(await taken()); polls++) {
    if (polls === LOCK_POLLS_MAX) throw new Error(`${LOCK} is held: remove it`)
    await pause(LOCK_POLL_MS)
  }
  try {
    if (!(await isFresh())) await compile()
  } finally {
    await rmdir(LOCK)
  }
}

const taken = (): Promise<boolean> =>
  mkdir(LOCK).then(
    () => true,
    () => false,
  )

async function compile(): Promise<void> {
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc')
  await promisify(execFile)(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: ROOT }).catch(error => {
    // Emitted all the same: types are checked by a step of their own.
    if (error.code !== EMITTED_WITH_ERRORS) throw new Error(`src does not compile: ${error.stdout}`)
  })
}

async function isFresh(): Promise<boolean> {
  const built = await stat(join(ROOT, 'dist', '.tsbuildinfo')).catch(() => null)
  if (built === null) return false
  const files = await readdir(join(ROOT, 'src'), { recursive: true })
  for (const file of files) {
    if (
      file.endsWith('.ts') &&
      !file.startsWith('console') &&
      (await stat(join(ROOT, 'src', file))).mtimeMs > built.mtimeMs
    )
      return false
  }
  return true
}
