import { readFile, stat, unlink } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { errorCode } from './embedded-error.js'

/** PostgreSQL's own note of the process that serves a cluster. It outlives kill -9 and reboots. */
export interface PidFile {
  readonly text: string
  readonly pid: number
  readonly port: number
}

export async function readPidFile(pgdata: string): Promise<PidFile | undefined> {
  const text = await readFile(join(pgdata, 'postmaster.pid'), 'utf8').catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return ''
    throw error
  })
  const [pid, , , port] = text.split('\n').map(Number)
  if (!Number.isInteger(pid) || pid! <= 0 || !Number.isInteger(port) || port! <= 0) return undefined
  return { text, pid: pid!, port: port! }
}

export async function isAlive(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return errorCode(error) === 'EPERM'
  }
  if (process.platform !== 'linux') return true
  // A killed process that nobody has waited for still has its number, and no command line.
  return (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')) !== ''
}

export type Serves = 'yes' | 'no' | 'unknown'

/** Whether a live process serves this cluster: its number may belong to any other program by now. */
export async function serves(pid: number, pgdata: string): Promise<Serves> {
  if (process.platform !== 'linux') return 'unknown'
  const command = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0')
  if (basename(command[0]!) !== 'postgres') return 'no'
  if (command.includes(pgdata)) return 'yes'
  try {
    // The same folder may have been mounted or named differently. A postmaster works in its cluster's folder.
    const [theirs, ours] = await Promise.all([stat(`/proc/${pid}/cwd`), stat(pgdata)])
    return theirs.dev === ours.dev && theirs.ino === ours.ino ? 'yes' : 'no'
  } catch {
    return 'unknown'
  }
}

/** Only while it says what was judged: a server that starts at this moment may have written its own. */
export async function removeStalePidFile(pgdata: string, judged: PidFile): Promise<void> {
  if ((await readPidFile(pgdata))?.text === judged.text) await unlink(join(pgdata, 'postmaster.pid'))
}
