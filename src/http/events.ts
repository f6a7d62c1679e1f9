import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { EventRules } from '../events/event-limits.js'
import { eventRules, type IngestSettings } from '../events/ingest-events.js'
import { type IngestPort, newOutcome } from '../events/ingest-port.js'
import type { IngestOutcome, PlayerEvent, Rejection } from '../events/player-event.js'
import { readEvent, readEventLine, rejection } from '../events/read-event.js'
import { checkStreamName } from '../events/stream.js'
import { requireRole } from '../graphql/access.js'
import type { Verifier } from '../graphql/auth.js'
import { badInput, shown } from '../kernel/errors.js'
import type { Clock } from '../kernel/time.js'
import { authenticate } from './authenticate.js'
import { arrayTooLong, OversizedElement, readJsonArray } from './body-array.js'
import { openBody } from './body-decompress.js'
import { BodyError } from './body-error.js'
import { type Line, readNdjson } from './body-ndjson.js'

export interface EventsOptions {
  readonly port: IngestPort
  readonly verifier: Verifier
  readonly settings: IngestSettings
  readonly limits: { readonly eventBytesMax: number; readonly bodyBytesMax: number; readonly arrayBytesMax: number }
  readonly clock: Clock
  readonly newId: () => string
}

const NDJSON = /^application\/(x-ndjson|ndjson|jsonl)\b/i
const JSON_ARRAY = /^application\/json\b/i
const PIECE_EVENTS_MAX = 1_000
/** Pieces of one body that may be under way: more would only wait in the queue. */
const PIECES_UNDER_WAY_MAX = 16
const IDEMPOTENCY_KEY = /^[\x20-\x7e]{1,255}$/
const ELEMENT_BYTES = 500

/** POST /events: events in, counted once, answered after the commit. */
export function registerEvents(app: FastifyInstance, options: EventsOptions): void {
  app.register(async scope => {
    scope.addHook('onRequest', authenticate(options.verifier))
    scope.removeAllContentTypeParsers()
    // The body stays a stream: it is read at the pace of the commits.
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null))
    scope.post('/events', (request, reply) => takeBody(request, reply, options))
  })
}

async function takeBody(request: FastifyRequest, reply: FastifyReply, options: EventsOptions): Promise<unknown> {
  const { port, limits } = options
  requireRole(request.actor!, 'ingest')
  const stream = checkStreamName(streamOf(request))
  const sender = { sub: request.actor!.sub, stream, idempotencyKey: idempotencyKeyOf(request) }
  const rules = eventRules(options.settings, sender, options.clock, options.newId)
  const contentType = request.headers['content-type'] ?? ''
  const taking = new Taking(port, stream, sender.sub, rules)
  try {
    if (NDJSON.test(contentType)) {
      const body = openBody(request.raw, limits.bodyBytesMax)
      await port.admit(stream)
      const lines = readNdjson(body, { bodyBytesMax: limits.bodyBytesMax, lineBytesMax: limits.eventBytesMax })
      for await (const group of lines) await taking.lines(group)
    } else if (JSON_ARRAY.test(contentType)) {
      const body = openBody(request.raw, limits.arrayBytesMax, arrayTooLong)
      await port.admit(stream)
      const { arrayBytesMax, eventBytesMax: lineBytesMax } = limits
      await taking.elements(await readJsonArray(body, { arrayBytesMax, lineBytesMax }))
    } else {
      const problem = 'content-type must be application/x-ndjson or application/json'
      throw new BodyError('UNSUPPORTED_TYPE', `${problem}, got ${shown(contentType)}`)
    }
    return answer(await taking.finish())
  } catch (error) {
    // The rest of the body is not read, so nothing can follow it on this connection.
    reply.header('connection', 'close')
    if (!(error instanceof BodyError)) throw error
    // What was read before the body broke has been taken, and is told; that it could not be committed comes first.
    const outcome = await taking.finish()
    return reply
      .code(error.httpStatus)
      .send({ error: { code: error.code, message: error.message }, ...answer(outcome) })
  }
}

function streamOf(request: FastifyRequest): string {
  const { stream } = request.query as { stream?: unknown }
  if (stream === undefined) return 'http'
  if (typeof stream !== 'string') throw badInput('stream', 'must be given once', stream)
  return stream
}

function idempotencyKeyOf({ headers }: FastifyRequest): string | null {
  const key = headers['idempotency-key']
  if (key === undefined) return null
  if (typeof key === 'string' && IDEMPOTENCY_KEY.test(key)) return key
  throw badInput('Idempotency-Key', 'must be 1 to 255 printable ASCII characters', key)
}

const answer = ({ accepted, duplicates, rejectedCount, rejected }: IngestOutcome) => ({
  accepted,
  duplicates,
  rejectedCount,
  rejected: rejected
    .sort((a, b) => a.index - b.index)
    .map(({ index, eventId, code, message }) => ({ index, event_id: eventId, code, message })),
})

/** One body on its way into the queue, in pieces, a bounded number of them at a time. */
class Taking {
  readonly outcome = newOutcome()
  private readonly underWay: Promise<void>[] = []
  private events: PlayerEvent[] = []
  private indexes: number[] = []
  private rejections: Rejection[] = []
  private bytes = 0

  constructor(
    private readonly port: IngestPort,
    private readonly stream: string,
    private readonly actor: string,
    private readonly rules: EventRules,
  ) {}

  async lines(lines: readonly Line[]): Promise<void> {
    for (const line of lines) {
      if ('text' in line) this.add(readEventLine(line.text, line.index, this.rules), line.index, line.text.length)
      else
        this.add(rejection(line.index, null, line.problem, line.message, line.sample), line.index, line.sample.length)
      if (this.events.length + this.rejections.length >= PIECE_EVENTS_MAX) await this.hand()
    }
    await this.hand()
  }

  async elements(elements: readonly unknown[]): Promise<void> {
    for (const [index, element] of elements.entries()) {
      const read =
        element instanceof OversizedElement
          ? rejection(index, null, 'TOO_LARGE', element.message, element.sample)
          : readEvent(element, index, this.rules)
      this.add(read, index, ELEMENT_BYTES)
      if (this.events.length + this.rejections.length >= PIECE_EVENTS_MAX) await this.hand()
    }
    await this.hand()
  }

  /** Resolves when everything taken is durable. */
  async finish(): Promise<IngestOutcome> {
    await Promise.all(this.underWay)
    return this.outcome
  }

  private add(read: PlayerEvent | Rejection, index: number, bytes: number): void {
    this.bytes += bytes
    if ('code' in read) this.rejections.push(read)
    else {
      this.events.push(read)
      this.indexes.push(index)
    }
  }

  private async hand(): Promise<void> {
    const { stream, actor, events, indexes, rejections, bytes } = this
    if (events.length + rejections.length === 0) return
    this.events = []
    this.indexes = []
    this.rejections = []
    this.bytes = 0
    const { committed } = await this.port.offer({ stream, actor, events, indexes, rejections, bytes }, this.outcome)
    this.underWay.push(committed)
    if (this.underWay.length >= PIECES_UNDER_WAY_MAX) await this.underWay.shift()
  }
}
