import { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { requireRole } from '../graphql/access.js'
import type { Verifier } from '../graphql/auth.js'
import { SECOND_MS } from '../kernel/time.js'
import type { BucketPages, ExportPnl } from '../pnl/export-pnl.js'
import type { PnlAsked } from '../pnl/pnl-bucket.js'
import { authenticate } from './authenticate.js'
import { type ExportFormat, fileName, type Query, readExport, readFormat } from './export-pnl-query.js'
import { csvOf } from './pnl-csv.js'
import { parquetOf } from './pnl-parquet.js'

/** Whoever takes nothing for so long holds up others. */
const STALLED_MS = 30 * SECOND_MS
const CONTENT_TYPE: Readonly<Record<ExportFormat, string>> = {
  csv: 'text/csv; charset=utf-8; header=present',
  parquet: 'application/vnd.apache.parquet',
}

/** GET /export/pnl: profit and loss for data teams, as a file of any length. */
export function registerPnlExport(app: FastifyInstance, exporting: ExportPnl, verifier: Verifier): void {
  app.get(
    '/export/pnl',
    { onRequest: authenticate(verifier), exposeHeadRoute: false },
    async (request: FastifyRequest<{ Querystring: Query }>, reply) => {
      requireRole(request.actor!, 'analyst')
      const asked = readExport(request.query)
      const format = readFormat(request.query, request.headers.accept)
      const gone = new AbortController()
      reply.raw.once('close', () => gone.abort())
      try {
        await exporting.run(asked, gone.signal, pages => send(reply, pages, asked, format))
      } catch (error) {
        if (!reply.sent && !gone.signal.aborted) throw error
      }
      return reply
    },
  )
}

async function send(reply: FastifyReply, pages: BucketPages, asked: PnlAsked, format: ExportFormat): Promise<void> {
  // What goes wrong before the first rows are there is told as an error of its own.
  const first = await pages.next()
  const all = rejoined(first, pages)
  const file = Readable.from(format === 'csv' ? csvOf(all) : parquetOf(all), { objectMode: false })
  reply.raw.setTimeout(STALLED_MS, () => {
    if (reply.raw.writableNeedDrain) reply.raw.destroy()
  })
  reply
    .header('content-type', CONTENT_TYPE[format])
    .header('content-disposition', `attachment; filename="${fileName(asked, format)}"`)
    .header('vary', 'accept')
    .send(file)
  await finished(file)
}

async function* rejoined(first: Awaited<ReturnType<BucketPages['next']>>, rest: BucketPages): BucketPages {
  if (first.done === true) return
  yield first.value
  yield* rest
}
