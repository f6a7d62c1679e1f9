import { existsSync } from 'node:fs'
import { basename, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'

export interface ConsoleOptions {
  /** Origins whose pages may show a player's tickets in a frame, beside our own. */
  readonly embedOrigins: readonly string[]
}

const BUILT = fileURLToPath(new URL('../../dist/console', import.meta.url))
const PLAYERS_PAGE = 'ticket.html'

/** Everything comes from here; no script, style or frame of anybody else, and none that stands in the page itself. */
const policy = (frameAncestors: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${frameAncestors}`,
  ].join('; ')

/** GET /: the web console, and /ticket.html, the player's view of a draw. They speak the public API alone. */
export async function registerConsole(app: FastifyInstance, { embedOrigins }: ConsoleOptions): Promise<void> {
  if (!existsSync(BUILT)) return
  const ownPolicy = policy("'none'")
  const embeddedPolicy = policy(["'self'", ...embedOrigins].join(' '))
  await app.register(fastifyStatic, {
    root: BUILT,
    index: ['index.html'],
    // Compressed once, when it was built.
    preCompressed: true,
    cacheControl: false,
    setHeaders: (response, path) => {
      const file = basename(path).replace(/\.gz$/, '')
      const isPage = file.endsWith('.html')
      response.setHeader(
        'cache-control',
        isPage || !relative(BUILT, path).startsWith('assets') ? 'no-cache' : 'public, max-age=31536000, immutable',
      )
      if (!isPage) return
      response.setHeader('content-security-policy', file === PLAYERS_PAGE ? embeddedPolicy : ownPolicy)
      response.setHeader('referrer-policy', 'no-referrer')
      response.setHeader('permissions-policy', 'camera=(), microphone=(), geolocation=()')
    },
  })
}
