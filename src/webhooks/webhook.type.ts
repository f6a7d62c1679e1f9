import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql'
import { PageInfo } from '../graphql/page.type.js'
import { DateTime, SafeInt } from '../graphql/scalars.js'
import type { Millis } from '../kernel/time.js'
import { CIRCUIT_STATES, type CircuitState } from './circuit.js'
import { DELIVERY_STATUSES, type DeliveryStatus } from './delivery.js'
import { WEBHOOK_TOPICS, type WebhookTopic } from './webhook.js'

const enumOf = <T extends string>(values: readonly T[]): Record<T, T> =>
  Object.fromEntries(values.map(value => [value, value])) as Record<T, T>

export const WebhookTopicEnum = enumOf(WEBHOOK_TOPICS)
export const CircuitStateEnum = enumOf(CIRCUIT_STATES)
export const DeliveryStatusEnum = enumOf(DELIVERY_STATUSES)
registerEnumType(WebhookTopicEnum, { name: 'WebhookTopic' })
registerEnumType(CircuitStateEnum, {
  name: 'CircuitState',
  description:
    'OPEN: the endpoint has failed several times in a row (a 4xx other than 408, 425 and 429 refuses one delivery and is no failure of the endpoint), and nothing is sent for a while. HALF_OPEN: one delivery is sent to see whether it answers again.',
})
registerEnumType(DeliveryStatusEnum, {
  name: 'DeliveryStatus',
  description: 'DEAD: given up. See redeliver.',
})

@ObjectType({
  description:
    'An endpoint that effects are posted to, several in a request, at least once each: `items[].key` tells what has been seen. Signed as in the Standard Webhooks specification. What comes while it is disabled, or its circuit open, is kept in the feed and sent later.',
})
export class Webhook {
  @Field(() => ID) id!: string
  @Field() url!: string
  @Field(() => [WebhookTopicEnum]) topics!: readonly WebhookTopic[]
  @Field() enabled!: boolean
  @Field(() => CircuitStateEnum) circuit!: CircuitState
  @Field(() => SafeInt, { description: 'Deliveries that wait for their first or next attempt.' }) pending!: number
  @Field(() => SafeInt, { description: 'Deliveries that were given up.' }) deadLetters!: number
  @Field(() => DateTime) createdAt!: Millis
}

@InputType({ description: '`secret` is write-only; made and returned once by saveWebhook where absent.' })
export class WebhookInput {
  @Field(() => ID, { description: '1 to 100 of A-Z a-z 0-9 _ . : -' }) id!: string
  @Field({ description: 'https or http, without a user name or password; it must lead to a public address.' })
  url!: string
  @Field(() => [WebhookTopicEnum], { description: 'At least one.' }) topics!: WebhookTopic[]
  @Field(() => String, {
    nullable: true,
    description:
      'The key of the signatures, 8 to 256 characters: base64, with whsec_ before it or without, as the libraries of Standard Webhooks take it, or any other text, whose UTF-8 bytes are the key then (they call it raw). A text that happens to be base64, like 64 hexadecimal digits, is decoded. Absent: the one that there is, or a new one.',
  })
  secret?: string | null
  @Field({ defaultValue: true }) enabled!: boolean
}

@ObjectType()
export class SavedWebhook {
  @Field(() => Webhook) webhook!: Webhook
  @Field(() => String, { nullable: true, description: 'Where one was made by this call: shown this once.' })
  secret!: string | null
}

@ObjectType({
  description: 'One request, sent until it is answered with 2xx or given up. Kept for 7 days, DEAD ones 30.',
})
export class WebhookDelivery {
  @Field(() => ID, { description: 'The header Webhook-Id, the same for every attempt.' }) id!: string
  @Field(() => ID) webhookId!: string
  @Field(() => WebhookTopicEnum) topic!: WebhookTopic
  @Field(() => DeliveryStatusEnum) status!: DeliveryStatus
  @Field(() => Int) attempts!: number
  @Field(() => Int, { nullable: true, description: 'Null where there was no answer.' }) lastStatusCode!: number | null
  @Field(() => String, { nullable: true }) lastError!: string | null
  @Field(() => DateTime, { nullable: true }) nextAttemptAt!: Millis | null
  @Field(() => DateTime) createdAt!: Millis
  @Field(() => DateTime, {
    nullable: true,
    description:
      'Null also where it is DELIVERED because nothing was left to send: its players are suppressed. `lastError` says so.',
  })
  deliveredAt!: Millis | null
}

@ObjectType({ description: 'Newest first.' })
export class WebhookDeliveryConnection {
  @Field(() => [WebhookDelivery]) nodes!: WebhookDelivery[]
  @Field(() => PageInfo) pageInfo!: PageInfo
  @Field(() => SafeInt, { description: 'Of all pages.' }) totalCount!: number
}
