import { createSourceEventStream, type ExecutionArgs, type ExecutionResult, execute } from 'graphql'
import { AppError } from '../kernel/errors.js'
import { asGraphQLError } from './errors.js'
import { flatEventOf } from './flat-event.js'

/** How many subscriptions all sockets of this node may hold together. */
export class SubscriptionSlots {
  private taken = 0

  constructor(
    private readonly max: number,
    private readonly onCount: (subscriptions: number) => void,
  ) {}

  /** Returns what gives the slot back, once however often it is called. */
  take(): () => void {
    if (this.taken >= this.max) {
      throw new AppError(
        'UNAVAILABLE',
        `this node serves ${this.max} subscriptions, which is its limit; try again later`,
      )
    }
    this.onCount(++this.taken)
    let held = true
    return () => {
      if (held) this.onCount(--this.taken)
      held = false
    }
  }
}

export type EventStream = AsyncIterableIterator<ExecutionResult>

/**
 * graphql's subscribe, with two differences. Each event is executed with a context of its own: loaders that lived as
 * long as the subscription would answer from their cache for days (flat ones need none). And return() reaches the source at once, not after
 * the event it is waiting for.
 */
export async function subscribeWithin(
  slots: SubscriptionSlots,
  args: ExecutionArgs,
  contextOfEvent: () => unknown,
): Promise<EventStream | ExecutionResult> {
  let release: () => void
  try {
    release = slots.take()
  } catch (error) {
    return { errors: [asGraphQLError(error as AppError)] }
  }
  try {
    const source = await createSourceEventStream(args)
    if (!(Symbol.asyncIterator in source)) {
      release()
      return source
    }
    return executed(source[Symbol.asyncIterator]() as AsyncIterator<unknown>, args, contextOfEvent, release)
  } catch (error) {
    release()
    throw error
  }
}

function executed(
  events: AsyncIterator<unknown>,
  args: ExecutionArgs,
  contextOfEvent: () => unknown,
  release: () => void,
): EventStream {
  const end = { value: undefined, done: true } as const
  const flat = flatEventOf(args)
  const answer = (event: unknown) =>
    flat?.(event) ?? execute({ ...args, rootValue: event, contextValue: contextOfEvent() })
  return {
    [Symbol.asyncIterator]() {
      return this
    },
    async next() {
      try {
        const event = await events.next()
        if (!event.done) {
          return { done: false, value: await answer(event.value) }
        }
      } catch (error) {
        release()
        throw error
      }
      release()
      return end
    },
    async return() {
      release()
      await events.return?.()
      return end
    },
  }
}
