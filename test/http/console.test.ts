import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ROOT } from '../e2e/support/build.js'
import { EMBEDDED } from '../support/engines.js'
import { install, type TestInstallation } from '../support/server.js'

const BUILT = join(ROOT, 'dist', 'console')

describe.skipIf(!existsSync(BUILT))('the files of the console', () => {
  let installation: TestInstallation
  beforeAll(async () => {
    installation = await install(EMBEDDED, { EMBED_ORIGINS: 'https://casino.example, https://spring.example:8443' })
  })
  afterAll(() => installation?.close())
  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${installation.node.url}${path}`, { headers })

  it('begin at /, under a policy that lets in nothing from elsewhere and nothing inline', async () => {
    const page = await get('/')
    expect(page.status).toBe(200)
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(page.headers.get('cache-control')).toBe('no-cache')
    expect(page.headers.get('referrer-policy')).toBe('no-referrer')
    expect(directives(page)).toEqual({
      'default-src': "'none'",
      'script-src': "'self'",
      'style-src': "'self'",
      'img-src': "'self'",
      'connect-src': "'self'",
      'base-uri': "'none'",
      'form-action': "'none'",
      'frame-ancestors': "'none'",
    })
    const html = await page.text()
    expect(html).not.toMatch(/<style|style=|<script(?![^>]* src=)|https?:\/\//)
  })

  it("show a player's tickets in frames of the origins that are named, and of no other", async () => {
    const page = await get('/ticket.html')
    expect(directives(page)['frame-ancestors']).toBe("'self' https://casino.example https://spring.example:8443")
  })

  it('are sent compressed, and kept for good where their name says what is in them', async () => {
    const [script] = readdirSync(join(BUILT, 'assets')).filter(file => file.endsWith('.js'))
    const sent = await get(`/assets/${script}`, { 'accept-encoding': 'gzip' })
    expect(sent.headers.get('content-encoding')).toBe('gzip')
    expect(sent.headers.get('content-type')).toMatch(/^(text|application)\/javascript/)
    expect(sent.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(sent.headers.get('x-content-type-options')).toBe('nosniff')
    const plain = await get(`/assets/${script}`, { 'accept-encoding': 'identity' })
    expect(plain.headers.get('content-encoding')).toBeNull()
    expect(await plain.text()).toBe(await sent.text())
  })

  it('are all that there is: other paths are told as before, and none leads out of the folder', async () => {
    for (const path of [
      '/nothing',
      '/assets/nothing.js',
      '/assets/',
      '/events',
      '/%2e%2e/package.json',
      '/..%2fpackage.json',
    ]) {
      const answer = await get(path)
      expect([403, 404], path).toContain(answer.status)
      expect(await answer.json(), path).toMatchObject({ error: { code: expect.any(String) } })
    }
  })
})

const directives = (page: Response): Record<string, string> =>
  Object.fromEntries(
    page.headers
      .get('content-security-policy')!
      .split('; ')
      .map(directive => {
        const [name, ...sources] = directive.split(' ')
        return [name, sources.join(' ')]
      }),
  )
