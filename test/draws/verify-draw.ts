import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const BIN = fileURLToPath(new URL('../../bin/verify-draw.mjs', import.meta.url))

export interface Verdict {
  readonly code: number | null
  readonly told: string
  readonly refused: string
}

/** The verifier as anybody runs it, in a process of its own, with the file at its standard input. */
export function verifyDraw(proof: string, ...more: string[]): Verdict {
  return run(['-', ...more], proof)
}

export function run(args: readonly string[], input = ''): Verdict {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...args], { input, encoding: 'utf8' })
  return { code: status, told: stdout, refused: stderr }
}
