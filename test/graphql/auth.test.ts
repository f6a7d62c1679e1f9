import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { type Actor, requireOwnPlayer, requireRole } from '../../src/graphql/access.js'
import { makeVerifier } from '../../src/graphql/auth.js'
import { mintToken, type TokenClaims } from '../../src/graphql/token.js'

const NOW = Date.parse('2026-11-20T12:00:00Z')
const SECRET = 'a-secret-for-tests'
const jwt = { secret: SECRET, jwksUrl: undefined, issuer: undefined, audience: undefined }
const mint = (claims: Partial<TokenClaims> = {}, secret = SECRET) =>
  mintToken(secret, { sub: 'ann', roles: ['crm'], expiresInSeconds: 60, ...claims }, () => NOW)
const actor = (sub: string, ...roles: Actor['roles'] extends ReadonlySet<infer R> ? R[] : never): Actor => ({
  sub,
  roles: new Set(roles),
  expiresAt: null,
})

describe('verifier with a secret', () => {
  const verifier = makeVerifier(jwt, () => NOW)

  it('reads sub, roles and expiry', async () => {
    const actor = await verifier.verify(`bearer ${await mint({ roles: ['crm', 'player'] })}`)
    expect(actor).toEqual({ sub: 'ann', roles: new Set(['crm', 'player']), expiresAt: NOW + 60_000 })
  })

  it('takes one role as a string and leaves out roles it does not know', async () => {
    const key = new TextEncoder().encode(SECRET)
    const sign = (roles: unknown) => new SignJWT({ roles, sub: 'x' }).setProtectedHeader({ alg: 'HS256' }).sign(key)
    expect((await verifier.verify(`Bearer ${await sign('ingest')}`)).roles).toEqual(new Set(['ingest']))
    expect((await verifier.verify(`Bearer ${await sign(['root', 7, 'crm'])}`)).roles).toEqual(new Set(['crm']))
    expect(await verifier.verify(`Bearer ${await sign(undefined)}`)).toMatchObject({
      roles: new Set(),
      expiresAt: null,
    })
  })

  it('refuses what is not right, and tells nothing of the token', async () => {
    const good = await mint()
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${good.split('.')[1]}.`
    const key = new TextEncoder().encode(SECRET)
    const other = await new SignJWT({ roles: ['admin'], sub: 'x' }).setProtectedHeader({ alg: 'HS512' }).sign(key)
    const noSub = await new SignJWT({ roles: ['admin'] }).setProtectedHeader({ alg: 'HS256' }).sign(key)
    const wrong: [string | undefined, RegExp][] = [
      [undefined, /missing/],
      ['', /missing/],
      [good, /must be "Bearer <token>"/],
      ['Basic dTpw', /must be "Bearer <token>"/],
      [`Bearer ${'x'.repeat(9_000)}`, /at most 8192/],
      ['Bearer abc', /not valid/],
      [`Bearer ${unsigned}`, /not valid/],
      [`Bearer ${other}`, /not valid/],
      [`Bearer ${good.slice(0, -4)}AAAA`, /not valid/],
      [`Bearer ${await mint({}, 'another-secret')}`, /not valid/],
      [`Bearer ${await mint({ expiresInSeconds: -6 })}`, /expired/],
      [`Bearer ${noSub}`, /needs a sub/],
    ]
    for (const [authorization, message] of wrong) {
      const failure = await verifier.verify(authorization).catch(error => error)
      expect(failure).toMatchObject({ code: 'UNAUTHENTICATED', message: expect.stringMatching(message) })
      expect(failure.message).not.toContain(good.split('.')[1])
    }
  })

  it('takes a token that expired within the tolerance', async () => {
    await expect(verifier.verify(`Bearer ${await mint({ expiresInSeconds: -3 })}`)).resolves.toBeTruthy()
  })

  it('forgets a verified token when it expires', async () => {
    let now = NOW
    const clocked = makeVerifier(jwt, () => now)
    const authorization = `Bearer ${await mint()}`
    const first = await clocked.verify(authorization)
    expect(await clocked.verify(authorization)).toBe(first)
    now += 66_000
    await expect(clocked.verify(authorization)).rejects.toMatchObject({ message: 'the token has expired' })
  })

  it('asks for issuer and audience where they are set', async () => {
    const strict = makeVerifier({ ...jwt, issuer: 'me', audience: 'tidemark' }, () => NOW)
    await expect(strict.verify(`Bearer ${await mint({ issuer: 'me', audience: 'tidemark' })}`)).resolves.toBeTruthy()
    await expect(strict.verify(`Bearer ${await mint({ issuer: 'me' })}`)).rejects.toMatchObject({
      message: "the token's claim aud is missing or not accepted",
    })
    await expect(strict.verify(`Bearer ${await mint({ audience: 'tidemark' })}`)).rejects.toMatchObject({
      message: "the token's claim iss is missing or not accepted",
    })
  })
})

describe('verifier with a JWKS', () => {
  it('takes asymmetric keys of the set, and says when the set cannot be had', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256')
    const jwks = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256' }] })
    let status = 500
    const server = createServer((_request, response) => response.writeHead(status).end(jwks))
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const jwksUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`
    const verifier = makeVerifier({ ...jwt, secret: undefined, jwksUrl }, Date.now)
    const sign = (kid: string) =>
      new SignJWT({ sub: 'ann', roles: ['crm'] }).setProtectedHeader({ alg: 'ES256', kid }).sign(privateKey)
    const authorization = `Bearer ${await sign('k1')}`
    await expect(verifier.verify(authorization)).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    status = 200
    await expect(verifier.verify(authorization)).resolves.toMatchObject({ sub: 'ann' })
    await expect(verifier.verify(`Bearer ${await sign('k2')}`)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
    await expect(verifier.verify(`Bearer ${await mint()}`)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
    server.close()
  })
})

describe('access', () => {
  it('lets an admin do what any role may', () => {
    expect(() => requireRole(actor('a', 'admin'), 'crm')).not.toThrow()
    expect(() => requireRole(actor('a', 'crm'), 'crm', 'analyst')).not.toThrow()
    expect(() => requireRole(actor('a', 'player'), 'crm', 'analyst')).toThrow(
      'this needs one of the roles crm, analyst; the token has player',
    )
    expect(() => requireRole(actor('a', 'crm'))).toThrow(/admin/)
  })

  it('shows a player itself alone', () => {
    for (const role of ['admin', 'crm', 'analyst'] as const) {
      expect(() => requireOwnPlayer(actor('a', role), 'p1')).not.toThrow()
      expect(() => requireOwnPlayer(actor('a', role), null)).not.toThrow()
    }
    expect(() => requireOwnPlayer(actor('p1', 'player'), 'p1')).not.toThrow()
    for (const other of ['p2', 'P1', '', null, undefined]) {
      expect(() => requireOwnPlayer(actor('p1', 'player'), other)).toThrow(/playerId/)
    }
    expect(() => requireOwnPlayer(actor('p1', 'ingest'), 'p1')).toThrow(/playerId/)
  })
})
