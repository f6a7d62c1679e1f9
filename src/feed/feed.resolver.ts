import { Authorized, Query, Resolver } from 'type-graphql'
import type { Feed } from './feed.js'

@Resolver()
export class FeedResolver {
  constructor(private readonly feed: Feed) {}

  @Authorized('crm', 'analyst', 'player')
  @Query(() => String, {
    description:
      "The feed's head: query lists, then subscribe `after` the cursor that was taken before, and nothing is missed.",
  })
  feedCursor(): Promise<string> {
    return this.feed.headCursor()
  }
}
