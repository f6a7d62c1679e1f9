import { Arg, Authorized, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql'
import type { GraphContext } from '../graphql/context.js'
import { pageOf } from '../graphql/page.type.js'
import { SafeInt } from '../graphql/scalars.js'
import { badInput } from '../kernel/errors.js'
import { checkFirst } from '../kernel/page.js'
import type { Database } from '../storage/database.js'
import type { DeleteWebhook } from './delete-webhook.js'
import type { DeliveryStatus } from './delivery.js'
import { countDeliveries, listDeliveries } from './delivery.store.js'
import type { Redeliver } from './redeliver.js'
import type { SaveWebhook } from './save-webhook.js'
import type { TestWebhook } from './test-webhook.js'
import { type Webhook as Endpoint, noWebhook } from './webhook.js'
import { countUndelivered, isWebhook, listWebhooks } from './webhook.store.js'
import {
  DeliveryStatusEnum,
  SavedWebhook,
  Webhook,
  WebhookDelivery,
  WebhookDeliveryConnection,
  WebhookInput,
} from './webhook.type.js'

export interface WebhookUseCases {
  readonly saving: SaveWebhook
  readonly deleting: DeleteWebhook
  readonly testing: TestWebhook
  readonly redelivering: Redeliver
}

/** A page of deliveries, and what counts all of them when it is asked for. */
interface DeliveryPage extends Omit<WebhookDeliveryConnection, 'totalCount'> {
  readonly webhookId: string
  readonly status: DeliveryStatus | null
}

@Resolver(() => WebhookDeliveryConnection)
export class WebhookResolver {
  constructor(
    private readonly db: Database,
    private readonly useCases: WebhookUseCases,
  ) {}

  @Authorized('crm')
  @Query(() => [Webhook], { description: 'By id, ascending.' })
  async webhooks(): Promise<Webhook[]> {
    return this.typesOf(await listWebhooks(this.db))
  }

  @Authorized('crm')
  @Query(() => WebhookDeliveryConnection, { description: 'Newest first. NOT_FOUND where there is no such webhook.' })
  async webhookDeliveries(
    @Arg('webhookId', () => ID) webhookId: string,
    @Arg('status', () => DeliveryStatusEnum, { nullable: true }) status: DeliveryStatus | null,
    @Arg('first', () => Int, { defaultValue: 50, description: '1 to 500.' }) first: number,
    @Arg('after', () => String, { nullable: true, description: 'The endCursor of the page before.' })
    after?: string | null,
  ): Promise<DeliveryPage> {
    checkFirst(first)
    const before = after == null ? null : seqOf(after)
    if (!(await isWebhook(this.db, webhookId))) throw noWebhook()
    const deliveries = await listDeliveries(this.db, webhookId, status ?? null, before, first + 1)
    return { ...pageOf(deliveries, first, ({ seq }) => String(seq)), webhookId, status: status ?? null }
  }

  @FieldResolver(() => SafeInt)
  totalCount(@Root() page: DeliveryPage): Promise<number> {
    return countDeliveries(this.db, page.webhookId, page.status)
  }

  @Authorized('crm')
  @Mutation(() => SavedWebhook, {
    description:
      'A new webhook gets what comes from now on. One that is there is changed: its secret only where one is given; its circuit is closed, and what waits for a retry is due at once.',
  })
  async saveWebhook(@Ctx() { actor }: GraphContext, @Arg('input') input: WebhookInput): Promise<SavedWebhook> {
    const { webhook, secret } = await this.useCases.saving.save({ ...input, secret: input.secret ?? null }, actor.sub)
    const [saved] = await this.typesOf([webhook])
    return { webhook: saved!, secret }
  }

  @Authorized('crm')
  @Mutation(() => Boolean, {
    description: 'With its deliveries. When this answers, nothing is being sent any more. False: there was none.',
  })
  deleteWebhook(@Ctx() { actor }: GraphContext, @Arg('id', () => ID) id: string): Promise<boolean> {
    return this.useCases.deleting.delete(id, actor.sub)
  }

  @Authorized('crm')
  @Mutation(() => WebhookDelivery, {
    description:
      'Sends one item {"key":"test:<delivery id>","feedCursor":null,"payload":{"test":true}} now, under the first topic, and answers with what came of it. A failed test is DEAD, not tried again.',
  })
  testWebhook(@Ctx() { actor }: GraphContext, @Arg('id', () => ID) id: string): Promise<WebhookDelivery> {
    return this.useCases.testing.test(id, actor.sub)
  }

  @Authorized('crm')
  @Mutation(() => WebhookDelivery, {
    description:
      'Makes a delivery PENDING and due, whatever has become of it, with all its time for retries before it. It is sent as soon as the webhook is enabled and its circuit lets it through.',
  })
  redeliver(@Ctx() { actor }: GraphContext, @Arg('deliveryId', () => ID) deliveryId: string): Promise<WebhookDelivery> {
    return this.useCases.redelivering.redeliver(deliveryId, actor.sub)
  }

  private async typesOf(webhooks: readonly Endpoint[]): Promise<Webhook[]> {
    const ids = webhooks.map(({ id }) => id)
    const counts = await countUndelivered(this.db, ids)
    return webhooks.map(({ circuit, ...webhook }) => ({
      ...webhook,
      ...(counts.get(webhook.id) ?? { pending: 0, deadLetters: 0 }),
      circuit: circuit.state,
    }))
  }
}

const SEQ = /^\d{1,15}$/

function seqOf(after: string): number {
  if (!SEQ.test(after)) throw badInput('after', 'must be a cursor that this API has given', after)
  return Number(after)
}
