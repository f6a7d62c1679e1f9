import type { CircuitState, DeliveryStatus, WebhookTopic } from '../api/schema.generated'
import { Badge, type Tone } from '../parts/badge'
import type { DeliveryLineFragment } from './webhooks.generated'

export const TOPICS = [
  ['VIP_ENTERED', 'VIP entries'],
  ['CAMPAIGN_TRIGGERED', 'Campaign triggers'],
  ['TICKET_MILESTONE', 'Ticket milestones'],
  ['PRIZE_AWARDED', 'Prize awards'],
] as const satisfies readonly (readonly [WebhookTopic, string])[]

export const topicText = (topic: WebhookTopic): string => TOPICS.find(([name]) => name === topic)?.[1] ?? topic

const CIRCUITS: Readonly<Record<CircuitState, readonly [tone: Tone, word: string, meaning: string]>> = {
  CLOSED: ['good', 'sending', 'The endpoint answers, and everything is sent at once.'],
  OPEN: [
    'bad',
    'paused',
    'The endpoint has failed several times in a row. Nothing is sent for a while, and all is kept.',
  ],
  HALF_OPEN: ['warn', 'probing', 'One delivery is being sent to see whether the endpoint answers again.'],
}

export const circuitMeaning = (circuit: CircuitState): string => CIRCUITS[circuit][2]

export function Circuit({ state }: { readonly state: CircuitState }) {
  const [tone, word, meaning] = CIRCUITS[state]
  return (
    <span title={meaning}>
      <Badge tone={tone}>{word}</Badge>
    </span>
  )
}

const STATUSES: Readonly<Record<DeliveryStatus, readonly [tone: Tone, word: string]>> = {
  PENDING: ['warn', 'pending'],
  DELIVERED: ['good', 'delivered'],
  DEAD: ['bad', 'given up'],
}

export function Status({ status }: { readonly status: DeliveryStatus }) {
  const [tone, word] = STATUSES[status]
  return <Badge tone={tone}>{word}</Badge>
}

/** What the endpoint said last, or why nothing could be asked. */
export function answerText({ lastError, lastStatusCode }: DeliveryLineFragment): string {
  return lastError ?? (lastStatusCode === null ? '-' : `HTTP ${lastStatusCode}`)
}
