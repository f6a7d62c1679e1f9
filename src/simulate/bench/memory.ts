import { BenchLoad } from '../bench-load.js'
import { type Bench, withInstallation } from './installation.js'
import type { Figure } from './report.js'
import { sendAtFullRate } from './senders.js'
import { watchWhile } from './server-watch.js'

const PEAK_TARGET = { atMost: 512 } as const
const SECONDS_A_MINUTE = 60

/** The server's resident memory at full rate for minutes: how high, and whether it still grows in the second half. */
export async function measureMemory(bench: Bench): Promise<Figure[]> {
  const { options, signal, say } = bench
  return withInstallation(bench, options.connections, async ({ api, server }) => {
    const load = new BenchLoad({ seed: 'memory', prefix: `m${Date.now()}`, players: options.players })
    const body = () => load.body(options.bodyEvents, Date.now())
    say(`memory: ${options.memorySeconds} s at full rate`)
    const { connections, memorySeconds: seconds } = options
    const { result: sent, usage } = await watchWhile(server, () =>
      sendAtFullRate({ api, connections, body, seconds, signal }),
    )
    const { memoryMib, peakMib } = usage
    const name = `memory over ${seconds} s`
    const half = memoryMib.slice(Math.floor(memoryMib.length / 2))
    return [
      { name: `${name}: peak`, value: peakMib, unit: 'MiB', target: PEAK_TARGET },
      { name: `${name}: growth in its second half`, value: slope(half) * SECONDS_A_MINUTE, unit: 'MiB/min' },
      { name: `${name}: ingest meanwhile`, value: sent.events / sent.seconds, unit: 'events/s' },
    ]
  })
}

/** Least squares over equal steps. */
function slope(values: readonly number[]): number {
  const middle = (values.length - 1) / 2
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  let covariance = 0
  let variance = 0
  for (const [at, value] of values.entries()) {
    covariance += (at - middle) * (value - mean)
    variance += (at - middle) ** 2
  }
  return variance === 0 ? 0 : covariance / variance
}
