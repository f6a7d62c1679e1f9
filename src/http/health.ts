import type { FastifyInstance } from 'fastify'
import { SECOND_MS } from '../kernel/time.js'

export interface HealthOptions {
  readonly engine: () => string
  readonly version: string
  /** Why this node should get no requests, e.g. ["draining"]; empty when it should. */
  readonly ready: () => Promise<string[]>
}

const READY_WITHIN_MS = 3 * SECOND_MS

/** /healthz: the process lives. /readyz: it can do its work. Neither needs a token. */
export function registerHealth(app: FastifyInstance, { engine, version, ready }: HealthOptions): void {
  app.get('/healthz', async () => ({ status: 'ok', engine: engine(), version }))
  app.get('/readyz', async (_request, reply) => {
    const reasons = await within(READY_WITHIN_MS, ready)
    return reply
      .code(reasons.length === 0 ? 200 : 503)
      .send({ status: reasons.length === 0 ? 'ready' : 'not ready', reasons })
  })
}

/** A check that hangs is an answer too; its error's text could name hosts, so it is not passed on. */
async function within(limitMs: number, check: () => Promise<string[]>): Promise<string[]> {
  let timer: NodeJS.Timeout | undefined
  const patience = new Promise<string[]>(resolve => {
    timer = setTimeout(() => resolve([`checks took longer than ${limitMs} ms`]), limitMs)
  })
  try {
    return await Promise.race([check().catch(() => ['checks failed']), patience])
  } finally {
    clearTimeout(timer)
  }
}
