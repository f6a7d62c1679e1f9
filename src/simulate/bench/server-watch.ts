import { SECOND_MS } from '../../kernel/time.js'
import type { ServerProcess } from './server-process.js'

export interface Usage {
  readonly cpuMicros: number
  readonly peakMib: number
  /** Each second's resident memory. */
  readonly memoryMib: readonly number[]
}

const MIB = 1024 * 1024
const MICROS = 1_000_000
const CPU = 'process_cpu_seconds_total'
const MEMORY = 'process_resident_memory_bytes'

/** What the server uses during the work, as its own metrics say each second. */
export async function watchWhile<T>(
  server: ServerProcess,
  work: () => Promise<T>,
): Promise<{ result: T; usage: Usage }> {
  const memoryMib: number[] = []
  const sample = async (): Promise<number> => {
    const metrics = await server.metrics()
    memoryMib.push((metrics.get(MEMORY) ?? Number.NaN) / MIB)
    return metrics.get(CPU) ?? Number.NaN
  }
  const cpuBefore = await sample()
  let failure: unknown
  const timer = setInterval(() => {
    sample().catch(error => {
      failure ??= error
    })
  }, SECOND_MS)
  let result: T
  try {
    result = await work()
  } finally {
    clearInterval(timer)
  }
  const cpuMicros = ((await sample()) - cpuBefore) * MICROS
  if (failure !== undefined) throw failure
  return { result, usage: { cpuMicros, peakMib: Math.max(...memoryMib), memoryMib } }
}
