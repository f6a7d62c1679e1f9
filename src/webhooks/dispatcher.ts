import type { Database } from '../storage/database.js'
import type { CircuitState } from './circuit.js'
import { Endpoint, type EndpointParts, type EndpointSettings } from './endpoint.js'
import { dropLeases, takeLeases } from './lease.store.js'

export interface DispatcherSettings extends EndpointSettings {
  /** At least so long what comes is gathered for one request. */
  readonly gatherMs: number
  readonly leaseMs: number
  /** Between two looks for webhooks that nobody works for. */
  readonly lookMs: number
}

export interface DispatcherParts extends Omit<EndpointParts, 'settings' | 'onCircuit'> {
  readonly db: Database
  /** Names this node. */
  readonly owner: string
  readonly settings: DispatcherSettings
  /** Null: this node works for it no more. */
  readonly onCircuit: (webhookId: string, state: CircuitState | null) => void
}

/** Many webhooks of a busy topic gather for longer, so that their turns do not wear the database out. */
const GATHER_MS_AN_ENDPOINT = 2

/**
 * This node's share of the webhooks: those whose lease it holds. It renews its leases, takes those that have run out
 * (their node is gone) and keeps an Endpoint at work for each. A lease only spares two nodes the same work; that no
 * delivery is sent by two at once is the business of the delivery's own row.
 */
export class Dispatcher {
  private readonly endpoints = new Map<string, Endpoint>()
  private looking: Promise<void> = Promise.resolve()
  private timer: NodeJS.Timeout | undefined
  private stopped = false

  constructor(private readonly parts: DispatcherParts) {}

  start(): void {
    this.look()
  }

  /** The feed has published something of this topic. */
  told(feedTopic: string): void {
    const topic = this.parts.topicOf(feedTopic)
    if (topic === undefined) return
    const gatherMs = Math.max(this.parts.settings.gatherMs, GATHER_MS_AN_ENDPOINT * this.endpoints.size)
    for (const endpoint of this.endpoints.values()) endpoint.told(topic, gatherMs)
  }

  /** A webhook is new, or something of it waits to be sent at once. */
  changed(webhookId: string): void {
    const endpoint = this.endpoints.get(webhookId)
    if (endpoint === undefined) this.look()
    else endpoint.changed()
  }

  /** Starts nothing more, waits for what is under way, and lets the other nodes go on. */
  async stop(): Promise<void> {
    this.stopped = true
    clearTimeout(this.timer)
    await this.looking
    for (const endpoint of this.endpoints.values()) endpoint.stop()
    await Promise.all([...this.endpoints.values()].map(endpoint => endpoint.ended))
    await dropLeases(this.parts.db, this.parts.owner).catch(this.parts.onError)
  }

  /** One look follows the other; a lost one is made up for by the next. */
  private look(): void {
    clearTimeout(this.timer)
    this.looking = this.looking
      .then(() => this.takeWhatIsFree())
      .catch(this.parts.onError)
      .finally(() => {
        clearTimeout(this.timer)
        if (!this.stopped) this.timer = setTimeout(() => this.look(), this.parts.settings.lookMs)
      })
  }

  private async takeWhatIsFree(): Promise<void> {
    if (this.stopped) return
    const { db, owner, settings } = this.parts
    for (const id of await takeLeases(db, owner, settings.leaseMs)) if (!this.endpoints.has(id)) this.begin(id)
  }

  private begin(id: string): void {
    const { owner, onCircuit, ...parts } = this.parts
    const endpoint = new Endpoint(id, owner, { ...parts, onCircuit: state => onCircuit(id, state) })
    this.endpoints.set(id, endpoint)
    void endpoint.ended.then(() => {
      this.endpoints.delete(id)
      onCircuit(id, null)
      // It may be free, or anew, already.
      if (!this.stopped) this.look()
    })
  }
}
