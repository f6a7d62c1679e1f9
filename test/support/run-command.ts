import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { ROOT } from '../e2e/support/build.js'

export interface Ended {
  code: number
  lines: string[]
  stderr: string
}

/** A command of one shot, as it was built, in a process of its own. */
export const run = (command: 'reconcile' | 'migrate', env: Record<string, string>): Promise<Ended> =>
  new Promise(resolve => {
    const script = join(ROOT, 'dist', `${command}.js`)
    execFile(process.execPath, [script], { env: { PATH: process.env.PATH, ...env } }, (error, stdout, stderr) => {
      const code = error === null ? 0 : Number(error.code)
      resolve({ code, lines: stdout.split('\n').filter(line => line !== ''), stderr })
    })
  })
