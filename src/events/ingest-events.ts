import { badInput } from '../kernel/errors.js'
import type { Clock } from '../kernel/time.js'
import { idFromKey } from './event-id.js'
import type { EventRules } from './event-limits.js'
import { type IngestPort, newOutcome } from './ingest-port.js'
import type { IngestOutcome, PlayerEvent, Rejection } from './player-event.js'
import { readEventInput } from './read-event.js'
import { checkStreamName } from './stream.js'

export interface IngestSettings {
  readonly aheadMs: number
  readonly retentionMs: number
  readonly baseCurrency: string
}

/** Who sends, to which stream, and under which key. */
export interface Sender {
  readonly sub: string
  readonly stream: string
  readonly idempotencyKey: string | null
}

export const EVENTS_A_CALL_MAX = 10_000
/** About what an event weighs in the queue when its size on the wire is not known. */
const EVENT_BYTES = 500

/** The rules for one body or call. Random ids where there is no key that could make them repeatable. */
export function eventRules(settings: IngestSettings, sender: Sender, clock: Clock, newId: () => string): EventRules {
  const { sub, stream, idempotencyKey } = sender
  const nameEvent = idempotencyKey === null ? () => newId() : idFromKey(idempotencyKey, sub, stream)
  return { clock, nameEvent, ...settings }
}

/** Takes the events of one GraphQL call; answers after the commit. */
export class IngestEvents {
  constructor(
    private readonly port: IngestPort,
    private readonly settings: IngestSettings,
    private readonly clock: Clock,
    private readonly newId: () => string,
  ) {}

  async ingest(inputs: readonly object[], sender: Sender): Promise<IngestOutcome> {
    if (inputs.length > EVENTS_A_CALL_MAX) {
      throw badInput('events', `may hold ${EVENTS_A_CALL_MAX} events a call; /events takes any number`, inputs.length)
    }
    const stream = checkStreamName(sender.stream)
    await this.port.admit(stream)
    const rules = eventRules(this.settings, sender, this.clock, this.newId)
    const events: PlayerEvent[] = []
    const indexes: number[] = []
    const rejections: Rejection[] = []
    for (const [index, input] of inputs.entries()) {
      const read = readEventInput(input, index, rules)
      if ('code' in read) rejections.push(read)
      else {
        events.push(read)
        indexes.push(index)
      }
    }
    const outcome = newOutcome()
    const bytes = inputs.length * EVENT_BYTES
    const { committed } = await this.port.offer(
      { stream, actor: sender.sub, events, indexes, rejections, bytes },
      outcome,
    )
    await committed
    return outcome
  }
}
