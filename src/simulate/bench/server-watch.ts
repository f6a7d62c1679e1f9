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

/** Asks the server's own metrics each second. */
export async function watchServer(server: ServerProcess): Promise<{ end(): Promise<Usage> }> {
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
  return {
    end: async () => {
      clearInterval(timer)
      const cpuMicros = ((await sample()) - cpuBefore) * MICROS
      if (failure !== undefined) throw failure
      return { cpuMicros, peakMib: Math.max(...memoryMib), memoryMib }
    },
  }
}
