import type { Page } from 'playwright-core'

interface Held {
  /** Resolves once the console has asked. */
  readonly asked: Promise<void>
  /** Lets the request go on to the server. */
  readonly release: () => void
}

/** Holds the requests of an operation of the API back, e.g. "mutation SaveWebhook". */
export async function held(page: Page, operation: string): Promise<Held> {
  let release = () => {}
  const released = new Promise<void>(resolve => {
    release = resolve
  })
  let ask = () => {}
  const asked = new Promise<void>(resolve => {
    ask = resolve
  })
  await page.route(
    url => url.pathname === '/graphql',
    async route => {
      if (route.request().postData()?.includes(operation)) {
        ask()
        await released
      }
      await route.fallback()
    },
  )
  return { asked, release }
}
