import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import type { ReadProof } from '../draws/read-proof.js'
import { AppError } from '../kernel/errors.js'
import { SECOND_MS } from '../kernel/time.js'

/** Anybody may ask, and each is read page by page at the pace of its client. */
const FILES_AT_ONCE_MAX = 8
const TRY_AGAIN_MS = 5 * SECOND_MS
const STALLED_MS = 10 * SECOND_MS

/** GET /draws/{id}/proof: all that is needed to compute a draw again, without a token, once it has been made. */
export function registerDrawProof(app: FastifyInstance, proofs: ReadProof): void {
  let sending = 0
  app.get<{ Params: { id: string } }>('/draws/:id/proof', async (request, reply) => {
    if (sending >= FILES_AT_ONCE_MAX) {
      const details = { retryAfterMs: TRY_AGAIN_MS }
      throw new AppError('UNAVAILABLE', 'as many proofs are being sent as may be at once, ask again', details)
    }
    const { id } = request.params
    const pieces = await proofs.file(id)
    sending++
    const file = Readable.from(pieces, { objectMode: false })
    file.once('close', () => sending--)
    // Whoever takes nothing for so long holds up others.
    reply.raw.setTimeout(STALLED_MS, () => reply.raw.destroy())
    return reply
      .header('content-type', 'application/x-ndjson; charset=utf-8')
      .header('content-disposition', `attachment; filename="draw-${encodeURIComponent(id)}.ndjson"`)
      .send(file)
  })
}
